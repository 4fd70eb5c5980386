import { readFileSync } from 'node:fs';

const ALERT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*/;

/** GitHub's boxes: a quotation whose first line names the kind. */
function markAlerts() {
  return (tree) => {
    for (const node of tree.children) {
      if (node.type !== 'element' || node.tagName !== 'blockquote') continue;
      const paragraph = node.children.find((child) => child.type === 'element');
      const text = paragraph?.children[0];
      const kind = text?.type === 'text' ? ALERT.exec(text.value)?.[1] : undefined;
      if (kind === undefined) continue;
      text.value = text.value.replace(ALERT, '');
      node.tagName = 'div';
      node.properties = { className: ['markdown-alert', `markdown-alert-${kind.toLowerCase()}`] };
      node.children.unshift({
        type: 'element',
        tagName: 'p',
        properties: { className: ['markdown-alert-title'] },
        children: [{ type: 'text', value: kind[0] + kind.slice(1).toLowerCase() }],
      });
    }
  };
}

/**
 * Makes a function from Markdown to a page: GitHub's flavour, its sanitizer's list of elements and attributes (of which
 * `rehype-sanitize` keeps a copy), its boxes and its style.
 */
export async function createGitHubPage(packages) {
  const [{ unified }, parse, gfm, toHtmlTree, raw, sanitize, stringify] = await Promise.all(
    ['unified', 'remark-parse', 'remark-gfm', 'remark-rehype', 'rehype-raw', 'rehype-sanitize', 'rehype-stringify'].map(
      (name) => packages.load(name),
    ),
  );
  const processor = unified()
    .use(parse.default)
    .use(gfm.default)
    .use(toHtmlTree.default, { allowDangerousHtml: true })
    .use(raw.default)
    .use(sanitize.default)
    .use(markAlerts)
    .use(stringify.default);
  const style = readFileSync(packages.file('github-markdown-css/github-markdown.css'), 'utf8');
  return async (markdown) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Comment</title>
<style>${style}
:root{color-scheme:light dark}body{margin:0;padding:16px}@media (prefers-color-scheme:dark){body{background:#0d1117}}
.comment{max-width:928px;border:1px solid #d0d7de66;border-radius:6px}.comment header{padding:8px 16px;font:14px system-ui,sans-serif;color:#59636e;border-bottom:1px solid #d0d7de66}
.comment article{padding:16px;font-size:14px}pre.mermaid{background:none;text-align:center}</style></head>
<body><div class="comment"><header><strong>github-actions</strong> commented</header>
<article class="markdown-body">${await processor.process(markdown)}</article></div></body></html>`;
}
