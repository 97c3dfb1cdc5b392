import { transforms } from "vega-dataflow";
import { axisticks, datajoin, encode, scale, stack } from "vega-encode";
import { expressionInterpreter } from "vega-interpreter";
import {
  aggregate,
  collect,
  extent,
  facet,
  filter,
  formula,
  multiextent,
  proxy,
  relay,
  sieve,
  values,
} from "vega-transforms";
import { View } from "vega-view";
import { bound, mark, overlap, render, viewlayout } from "vega-view-transforms";

/** Only what the compiled plots use: all of Vega would double the size of every report. */
Object.assign(transforms, {
  ...{ aggregate, collect, extent, facet, filter, formula, multiextent, proxy, relay, sieve, values },
  ...{ axisticks, datajoin, encode, scale, stack },
  ...{ bound, mark, overlap, render, viewlayout },
});

/** A plot that interprets its expressions instead of making code of them: the page forbids `eval`. */
export const createPlot = (dataflow: unknown): View =>
  new View(dataflow, { expr: expressionInterpreter, renderer: "svg", hover: false });
