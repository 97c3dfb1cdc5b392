import { expect, test } from "vitest";
import { correctRules, type SessionRules } from "../rules.ts";
import { Cache } from "./cache.ts";

const TTL = 100;
const cacheWith = (rules: Partial<SessionRules>): Cache =>
  new Cache(TTL, { ...correctRules.session, ...rules });
const REPLY = { value: 1 };

test("an answer is good for its time, which begins when it was asked for", () => {
  const cache = cacheWith({});
  cache.put("x", REPLY, 0, 60);
  expect([cache.get("x", 99), cache.get("x", 100)]).toEqual([REPLY, undefined]);
});

test("using an answer does not keep it longer", () => {
  const cache = cacheWith({});
  cache.put("x", REPLY, 0, 10);
  expect([cache.get("x", 90), cache.get("x", 110)]).toEqual([REPLY, undefined]);
});

test("a key that the session changed is asked for again", () => {
  const cache = cacheWith({});
  cache.put("x", REPLY, 0, 10);
  cache.put("y", REPLY, 0, 10);
  cache.forget("x");
  expect([cache.get("x", 20), cache.get("y", 20)]).toEqual([undefined, REPLY]);
});

test("each rule of its own makes it wrong", () => {
  const late = cacheWith({ cachedSince: (_asked, answered) => answered });
  late.put("x", REPLY, 0, 60);
  expect(late.get("x", 159)).toEqual(REPLY);
  const renewed = cacheWith({ renewCached: true });
  renewed.put("x", REPLY, 0, 10);
  expect([renewed.get("x", 90), renewed.get("x", 180)]).toEqual([REPLY, REPLY]);
  const kept = cacheWith({ forgetChanged: false });
  kept.put("x", REPLY, 0, 10);
  kept.forget("x");
  expect(kept.get("x", 20)).toEqual(REPLY);
});
