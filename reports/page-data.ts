import type { ReportData } from "./schema.ts";

/** What the page's script draws from: all else is in the page as markup already, and need not travel twice. */
export interface PageData
  extends Pick<
    ReportData,
    "from" | "to" | "series" | "nodeSeries" | "clocks" | "faults" | "staleness" | "lag" | "timeline" | "logs"
  > {
  /** Which operations, by event, each listed anomaly is proved by. */
  readonly anomalies: readonly { readonly id: string; readonly events: readonly number[] }[];
}

export const pageData = (data: ReportData): PageData => ({
  from: data.from,
  to: data.to,
  series: data.series,
  nodeSeries: data.nodeSeries,
  clocks: data.clocks,
  faults: data.faults,
  staleness: data.staleness,
  lag: data.lag,
  timeline: data.timeline,
  logs: data.logs,
  anomalies: data.anomalies.flatMap(({ anomalies }) =>
    anomalies.map(({ id, operations }) => ({ id, events: operations.map(({ index }) => index) })),
  ),
});
