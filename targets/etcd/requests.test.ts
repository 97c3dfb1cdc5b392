import { describe, expect, test } from "vitest";
import {
  acquireRequest,
  casRequest,
  elementKey,
  elementsOf,
  elementsRequest,
  encode,
  putRequest,
  readIn,
  releaseRequest,
  succeeded,
  valueOf,
} from "./requests.ts";

const decoded = (text: unknown): string => Buffer.from(String(text), "base64").toString("utf8");

describe("values", () => {
  test.each([[41], ["41 €"], [null], [[1, "x"]], [{ a: 1 }]])("%j comes back with its type", (value) => {
    expect(valueOf({ kvs: [putRequest("x", value)] })).toEqual(value);
  });

  test("a key that does not exist reads as null, and what no client wrote is refused", () => {
    expect(valueOf({})).toBeNull();
    expect(() => valueOf({ kvs: [{ value: encode("not json") }] })).toThrow("what no client wrote");
  });
});

describe("sets", () => {
  test("elements are keys between the bounds of their set's range, and of no other's", () => {
    const { key, range_end: end } = elementsRequest("s", false);
    const [from, to] = [decoded(key), decoded(end)];
    for (const element of [0, 17, "x"]) {
      expect(elementKey("s", element) >= from && elementKey("s", element) < to).toBe(true);
      for (const other of ["s1", "r", "s-"])
        expect(elementKey(other, element) >= from && elementKey(other, element) < to).toBe(false);
    }
  });

  test("elements come back with their type", () => {
    const kvs = [3, "3", 10].map((element) => ({ key: encode(elementKey("s", element)) }));
    expect(elementsOf({ kvs })).toEqual([3, "3", 10]);
    expect(elementsOf({})).toEqual([]);
  });
});

describe("transactions", () => {
  test("compare what is there, or that nothing is", () => {
    expect(casRequest("x", 1, 2)["compare"]).toEqual([
      { key: encode("x"), target: "VALUE", result: "EQUAL", value: encode("1") },
    ]);
    expect(casRequest("x", null, 2)["compare"]).toEqual([
      { key: encode("x"), target: "CREATE", result: "EQUAL", create_revision: "0" },
    ]);
  });

  test("a lock is made with its lease, and deleted only as it was made", () => {
    expect(acquireRequest("l", 7, "123")["success"]).toEqual([
      { request_put: { key: encode("l"), value: encode("7"), lease: "123" } },
    ]);
    expect(acquireRequest("l", 7, undefined)["success"]).toEqual([
      { request_put: { key: encode("l"), value: encode("7") } },
    ]);
    expect(releaseRequest("l", 9)["compare"]).toEqual([
      { key: encode("l"), target: "CREATE", result: "EQUAL", create_revision: "9" },
    ]);
  });

  test("answers leave out what is false", () => {
    expect(succeeded({ succeeded: true })).toBe(true);
    expect(succeeded({})).toBe(false);
    const range = { kvs: [{ value: encode("5") }] };
    expect(valueOf(readIn({ responses: [{ response_range: range }] }))).toBe(5);
    expect(valueOf(readIn({}))).toBeNull();
  });
});
