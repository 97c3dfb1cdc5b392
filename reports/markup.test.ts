import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { html, isolated, scriptJson } from "./markup.ts";

const HOSTILE = `<img src=x onerror=alert(1)>"'&`;

describe("html", () => {
  test("escapes every text put into it", () => {
    expect(html`<p title="${HOSTILE}">${HOSTILE}</p>`.text).toBe(
      '<p title="&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;">&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;</p>',
    );
  });

  test("keeps markup, joins lists, shows nothing for nothing", () => {
    expect(html`${[html`<b>${1}</b>`, "<", null]}${undefined}${false}${0}`.text).toBe("<b>1</b>&lt;0");
  });

  test("isolates the direction of recorded text", () => {
    expect(isolated("שלום").text).toBe("<bdi>שלום</bdi>");
  });
});

describe("scriptJson", () => {
  test("no value can end the script element or open a comment", () => {
    expect(scriptJson({ a: "</script><!--\u2028" }).text).toBe('{"a":"\\u003c/script>\\u003c!--\\u2028"}');
  });

  test("is read back as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { text } = scriptJson(value);
        expect(text).not.toContain("<");
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
