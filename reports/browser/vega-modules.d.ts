/** What this page uses of Vega's packages that ship no types of their own. */
declare module "vega-view" {
  export interface Item {
    readonly mark: unknown;
  }
  export class View {
    constructor(dataflow: unknown, options: Readonly<Record<string, unknown>>);
    data(name: string, values: readonly unknown[]): this;
    width(pixels: number): this;
    height(pixels: number): this;
    tooltip(
      show: (handler: unknown, event: MouseEvent, item: Item | undefined, value: unknown) => void,
    ): this;
    initialize(element: Element): this;
    resize(): this;
    runAsync(): Promise<this>;
    finalize(): this;
  }
}
declare module "vega-dataflow" {
  export const transforms: Record<string, unknown>;
}
declare module "vega-transforms" {
  export const aggregate: unknown;
  export const collect: unknown;
  export const extent: unknown;
  export const facet: unknown;
  export const filter: unknown;
  export const formula: unknown;
  export const multiextent: unknown;
  export const proxy: unknown;
  export const relay: unknown;
  export const sieve: unknown;
  export const values: unknown;
}
declare module "vega-view-transforms" {
  export const bound: unknown;
  export const mark: unknown;
  export const overlap: unknown;
  export const render: unknown;
  export const viewlayout: unknown;
}
declare module "vega-encode" {
  export const axisticks: unknown;
  export const datajoin: unknown;
  export const encode: unknown;
  export const scale: unknown;
  export const stack: unknown;
}
