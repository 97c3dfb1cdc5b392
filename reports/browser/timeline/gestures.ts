/** What a person can ask of the timeline. Positions are CSS pixels inside the canvas. */
export interface Wishes {
  zoom(factor: number, x: number): void;
  pan(pixels: number): void;
  showAll(): void;
  /** A range is being dragged, or (undefined) no longer. */
  drag(range: readonly [number, number] | undefined): void;
  /** A range was chosen, or (undefined) given up. */
  select(range: readonly [number, number] | undefined): void;
  zoomToRange(): void;
  hover(x: number, y: number, event: PointerEvent): void;
  leave(): void;
  choose(x: number, y: number): void;
  /** Moves the choice to the next or previous operation of the lane, or to another lane. */
  step(by: number): void;
  changeLane(by: number): void;
}

/** Pixels from which a press is a drag and no click. */
const DRAG_FROM = 5;
/** One notch of a wheel zooms by about a fifth. */
const WHEEL_SPEED = 0.002;
const KEY_PAN = 0.2;
const KEY_ZOOM = 0.6;

/**
 * Wheel: zooms once the timeline has the focus (or with Ctrl), so that scrolling the page never gets caught. Drag: chooses
 * the range; with Shift, or with a finger, moves. Double click: everything.
 */
export function wireGestures(canvas: HTMLCanvasElement, wishes: Wishes): void {
  canvas.addEventListener("wheel", (event) => onWheel(canvas, wishes, event), { passive: false });
  canvas.addEventListener("keydown", (event) => {
    if (onKey(canvas, wishes, event)) event.preventDefault();
  });
  canvas.addEventListener("dblclick", () => wishes.showAll());
  canvas.addEventListener("pointerleave", () => wishes.leave());
  wireDragging(canvas, wishes);
}

function onWheel(canvas: HTMLCanvasElement, wishes: Wishes, event: WheelEvent): void {
  const focused = document.activeElement === canvas;
  if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || (event.shiftKey && focused)) {
    event.preventDefault();
    wishes.pan(event.deltaX || event.deltaY);
  } else if (focused || event.ctrlKey || event.metaKey) {
    event.preventDefault();
    wishes.zoom(Math.exp(event.deltaY * WHEEL_SPEED), event.offsetX);
  }
}

function onKey(canvas: HTMLCanvasElement, wishes: Wishes, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const width = canvas.clientWidth;
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => wishes.pan(-width * KEY_PAN),
    ArrowRight: () => wishes.pan(width * KEY_PAN),
    "+": () => wishes.zoom(KEY_ZOOM, width / 2),
    "=": () => wishes.zoom(KEY_ZOOM, width / 2),
    "-": () => wishes.zoom(1 / KEY_ZOOM, width / 2),
    "0": () => wishes.showAll(),
    Home: () => wishes.showAll(),
    Escape: () => wishes.select(undefined),
    Enter: () => wishes.zoomToRange(),
    n: () => wishes.step(1),
    p: () => wishes.step(-1),
    ArrowDown: () => wishes.changeLane(1),
    ArrowUp: () => wishes.changeLane(-1),
  };
  actions[event.key]?.();
  return event.key in actions;
}

interface Press {
  readonly x: number;
  readonly pans: boolean;
  last: number;
  dragged: boolean;
}

function wireDragging(canvas: HTMLCanvasElement, wishes: Wishes): void {
  const fingers = new Map<number, number>();
  let press: Press | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event.offsetX);
    press = {
      x: event.offsetX,
      last: event.offsetX,
      pans: event.shiftKey || event.pointerType === "touch",
      dragged: false,
    };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (fingers.size === 2) return pinch(fingers, event, wishes);
    fingers.set(event.pointerId, event.offsetX);
    if (press === undefined) return wishes.hover(event.offsetX, event.offsetY, event);
    press.dragged ||= Math.abs(event.offsetX - press.x) > DRAG_FROM;
    if (!press.dragged) return;
    if (press.pans) wishes.pan(press.last - event.offsetX);
    else wishes.drag([press.x, event.offsetX]);
    press.last = event.offsetX;
  });
  const end = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    const ended = press;
    press = undefined;
    wishes.drag(undefined);
    if (ended === undefined || event.type === "pointercancel") return;
    if (!ended.dragged) wishes.choose(event.offsetX, event.offsetY);
    else if (!ended.pans) wishes.select([ended.x, event.offsetX]);
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}

/** Two fingers: zooms by how their distance changes, around their middle. */
function pinch(fingers: Map<number, number>, event: PointerEvent, wishes: Wishes): void {
  const before = [...fingers.values()] as [number, number];
  fingers.set(event.pointerId, event.offsetX);
  const after = [...fingers.values()] as [number, number];
  const distance = (pair: readonly [number, number]): number => Math.max(1, Math.abs(pair[0] - pair[1]));
  wishes.zoom(distance(before) / distance(after), (after[0] + after[1]) / 2);
}
