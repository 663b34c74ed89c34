/** Markdown as React elements, of a fixed set. Nothing of the text becomes HTML (docs/decisions/0015). */
import { lexer, type Token, type Tokens } from "marked";
import { createElement, Fragment, type ReactNode } from "react";

const linkSchemes = new Set(["http:", "https:", "mailto:"]);

/** The address of a link that may be followed from a note; null for anything else, such as javascript: or a path of this site. */
export function followable(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  return linkSchemes.has(url.protocol) ? url.href : null;
}

const inner = (token: Token): ReactNode => ("tokens" in token && token.tokens ? token.tokens.map(element) : "text" in token ? (token.text as string) : token.raw);

function list({ ordered, start, items }: Tokens.List): ReactNode {
  const entries = items.map((item, index) => (
    <li key={index} className={item.task ? "-ml-4 list-none" : undefined}>
      {item.task && <input type="checkbox" disabled checked={item.checked ?? false} aria-label={item.text} className="mr-1.5 align-middle" />}
      {item.tokens.filter(({ type }) => type !== "checkbox").map(element)}
    </li>
  ));
  return ordered ? <ol start={start === "" ? 1 : start}>{entries}</ol> : <ul>{entries}</ul>;
}

function table({ header, rows }: Tokens.Table): ReactNode {
  const row = (cells: readonly Tokens.TableCell[], Cell: "th" | "td") =>
    cells.map((cell, index) => (
      <Cell key={index} style={{ textAlign: cell.align ?? "left" }}>
        {cell.tokens.map(element)}
      </Cell>
    ));
  return (
    <table>
      <thead>
        <tr>{row(header, "th")}</tr>
      </thead>
      <tbody>
        {rows.map((cells, index) => (
          <tr key={index}>{row(cells, "td")}</tr>
        ))}
      </tbody>
    </table>
  );
}

function link(token: Tokens.Link): ReactNode {
  const href = followable(token.href);
  if (href === null) return inner(token);
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="nodrag">
      {inner(token)}
    </a>
  );
}

/** What a token stands for; what is not known here, HTML above all, is shown as it was written. */
function content(token: Token): ReactNode {
  switch (token.type) {
    case "space":
      return null;
    case "heading":
      // The page has its own headings 1 to 3.
      return createElement(`h${Math.min(6, (token as Tokens.Heading).depth + 3)}`, { "data-depth": (token as Tokens.Heading).depth }, inner(token));
    case "paragraph":
      return <p>{inner(token)}</p>;
    case "text":
    case "escape":
      return inner(token);
    case "strong":
      return <strong>{inner(token)}</strong>;
    case "em":
      return <em>{inner(token)}</em>;
    case "del":
      return <del>{inner(token)}</del>;
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "code":
      return <pre>{(token as Tokens.Code).text}</pre>;
    case "blockquote":
      return <blockquote>{inner(token)}</blockquote>;
    case "br":
      return <br />;
    case "hr":
      return <hr />;
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "link":
      return link(token as Tokens.Link);
    case "image":
      return (token as Tokens.Image).text;
    default:
      return token.raw;
  }
}

function element(token: Token, index: number): ReactNode {
  return createElement(Fragment, { key: index }, content(token));
}

export function NoteMarkdown({ text }: { text: string }) {
  return <div className="note-markdown">{lexer(text, { gfm: true, breaks: true }).map(element)}</div>;
}
