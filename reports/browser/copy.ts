/** Buttons that copy the text of the element they name. */
export function wireCopyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.addEventListener("click", () => void copy(button));
  }
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
