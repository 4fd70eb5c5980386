import { gateHtml } from './html/gate.js';
import { rolloutHtml } from './html/rollout.js';
import { appHtml, checklistHtml, faultsHtml, healthHtml, notesHtml, planHtml, versionHtml } from './html/sections.js';
import { STYLE } from './html/style.js';
import { Html, html } from './html/template.js';
import { verdictHeader } from './html/verdict.js';
import type { ResultDocument } from './result.js';
import { wordingOf } from './wording.js';

/**
 * The report as one HTML file that needs nothing else: its policy forbids every request and every script. Readable in light
 * and dark, on a phone and by a screen reader, and on paper.
 */
export function renderHtml(result: ResultDocument): string {
  const sections = [
    faultsHtml(result),
    rolloutHtml(result),
    gateHtml(result),
    planHtml(result),
    healthHtml(result),
    checklistHtml(result),
    appHtml(result),
    versionHtml(result),
    notesHtml(result),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>${wordingOf(result).word}: ${result.headline}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
${verdictHeader(result)}
<main id="report">
${sections.map((part) => html`${part}`)}
</main>
<footer><p>${result.action.name} ${result.action.version} · ${result.command} → ${result.decision} (${result.reason_code}) · result document version ${result.schema_version}</p></footer>
</body>
</html>
`;
  return page.source;
}
