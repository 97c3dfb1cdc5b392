/** Buttons that copy the text of the element they name, also those that come later. */
export function wireCopyButtons(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-copy]") : null;
    if (button instanceof HTMLButtonElement) void copy(button);
  });
}

/** Milliseconds that "Copied" stays: long enough to be read. */
const SAID_FOR = 1_600;

async function copy(button: HTMLButtonElement): Promise<void> {
  const source = document.getElementById(button.dataset["copy"] ?? "");
  const label = button.textContent;
  if (source === null) return;
  button.textContent = (await copied(source)) ? "Copied" : "Press Ctrl+C";
  setTimeout(() => {
    button.textContent = label;
  }, SAID_FOR);
}

/** A browser may refuse the clipboard: then the text is selected, ready to be copied by hand. */
async function copied(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}
