import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { followable, NoteMarkdown } from "./note-markdown";

const html = (text: string) => renderToStaticMarkup(<NoteMarkdown text={text} />).replace(/^<div class="note-markdown">(.*)<\/div>$/s, "$1");

describe("notes", () => {
  it.each([
    ["# Sweep", '<h4 data-depth="1">Sweep</h4>'],
    ["one *two* **three** ~~four~~ `five`", "<p>one <em>two</em> <strong>three</strong> <del>four</del> <code>five</code></p>"],
    ["a\nb", "<p>a<br/>b</p>"],
    ["- one\n- two", "<ul><li>one</li><li>two</li></ul>"],
    ["3. three", '<ol start="3"><li>three</li></ol>'],
    ["> said", "<blockquote><p>said</p></blockquote>"],
    ["```\nx < 1\n```", "<pre>x &lt; 1</pre>"],
    ["[paper](https://arxiv.org/abs/2508.05954)", '<p><a href="https://arxiv.org/abs/2508.05954" target="_blank" rel="noopener noreferrer nofollow" class="nodrag">paper</a></p>'],
  ])("%j is drawn", (text, drawn) => expect(html(text)).toBe(drawn));

  it("draws tables and tasks", () => {
    expect(html("| a | b |\n| - | -: |\n| 1 | 2 |")).toContain('<td style="text-align:right">2</td>');
    expect(html("- [x] done")).toContain('<input type="checkbox" disabled="" aria-label="done"');
    expect(html("- [x] done")).toContain("checked");
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick=alert(1)>bold</b>",
    "[click](javascript:alert(1))",
    "[click](  JaVaScRiPt:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "[click](/api/trpc/workflows.remove)",
    "![tracker](https://elsewhere.example/pixel.png)",
    '<a href="javascript:alert(1)">x</a>',
    "<javascript:alert(1)>",
    "`<script>`\n\n    <script>alert(1)</script>",
    "| <img src=x onerror=alert(1)> |\n| - |\n| <svg onload=alert(1)> |",
  ])("%j stays text", (text) => {
    const drawn = html(text);
    const tags = [...drawn.matchAll(/<(\/?[a-z][a-z0-9]*)/gi)].map(([, tag]) => tag!.replace("/", ""));
    expect(tags.filter((tag) => !["p", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "br"].includes(tag))).toEqual([]);
    expect(drawn).not.toMatch(/<[^>]*(\son\w+=|href=|src=)/i);
  });

  it("follows only addresses that leave for the web or the mail program", () => {
    expect(followable("https://example.org/a b")).toBe("https://example.org/a%20b");
    expect(followable("mailto:a@example.org")).toBe("mailto:a@example.org");
    for (const href of ["javascript:alert(1)", "file:///etc/passwd", "blob:x", "//example.org", "#top", ""]) expect(followable(href)).toBeNull();
  });
});
