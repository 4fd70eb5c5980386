import { plainLine } from '../escape.js';
import { counted, formatCount, formatDateTime, formatDuration, formatTraffic } from '../format.js';
import type { ResultDocument } from '../result.js';
import { versionName, wordingOf } from '../wording.js';
import { anchor, type Html, type HtmlInsertion, html } from './template.js';

function factsLine(result: ResultDocument): Html {
  const { workflow, target } = result;
  const commit = workflow.sha === '' ? null : `${workflow.server_url}/${workflow.repository}/commit/${workflow.sha}`;
  const pull = workflow.pull_request;
  const parts = [
    html`${workflow.repository}`,
    ...(pull === null
      ? []
      : [anchor(`pull request ${pull}`, `${workflow.server_url}/${workflow.repository}/pull/${pull}`)]),
    ...(commit === null ? [] : [anchor(html`commit <code>${workflow.sha.slice(0, 7)}</code>`, commit)]),
    ...(workflow.run_url === '' ? [] : [anchor('job', workflow.run_url)]),
    ...(target === null ? [] : [html`target <code>${target}</code>`]),
    html`${formatDateTime(result.started_at)}`,
  ];
  return html`<p class="facts">${parts.map((part, index) => html`${index === 0 ? '' : ' · '}${part}`)}</p>`;
}

function reasons(result: ResultDocument): Html | null {
  const { tone } = wordingOf(result);
  const line = (label: string, text: string | null | undefined): Html[] =>
    text ? [html`<p>${label === '' ? null : html`<strong>${label}</strong> `}${text}</p>`] : [];
  const action = result.rollout?.action ?? null;
  const lines = [
    ...line('', result.faults.length > 0 ? null : (result.explanation ?? result.error?.message)),
    ...line('State now:', result.rollout?.state ?? result.error?.state),
    ...line('Next:', result.next ?? result.error?.fix),
    ...(action === null ? [] : [html`<p><strong>To do, by a person:</strong></p><pre tabindex="0">${action}</pre>`]),
  ];
  return lines.length === 0 ? null : html`<div class="why ${tone}">${lines}</div>`;
}

type Card = readonly [label: string, value: HtmlInsertion, note?: HtmlInsertion];

function rolloutCards(result: ResultDocument): Card[] {
  const rollback = result.rollout?.rollback;
  if (!rollback) return [];
  const seconds = rollback.seconds_to_restore;
  return [
    [
      'Restored after',
      seconds === null ? 'not verified' : formatDuration(seconds * 1000),
      `with ${counted(rollback.updates, 'update')}`,
    ],
    [
      'Requests exposed',
      rollback.requests_exposed === null ? 'not seen' : formatCount(rollback.requests_exposed),
      rollback.errors_exposed === null ? '' : `${formatCount(rollback.errors_exposed)} failed`,
    ],
  ];
}

function cards(result: ResultDocument): Html | null {
  const { model, baseline, endpoint, app } = result;
  const all: Card[] = [
    ...(model ? [['Candidate', anchor(versionName(model.version), model.url), model.name] as const] : []),
    ...(baseline
      ? [['Compared with', baseline.version ? versionName(baseline.version) : 'nothing', baseline.note] as const]
      : []),
    ...(endpoint
      ? [['Traffic now', formatTraffic(endpoint.traffic_percentage), anchor(endpoint.name, endpoint.url)] as const]
      : []),
    ...(app ? [['App', anchor(app.name, app.url), app.state ?? ''] as const] : []),
    ...rolloutCards(result),
    ['Took', formatDuration(result.duration_ms), `${result.command}, by ${result.workflow.event || 'hand'}`],
  ];
  const items = all.map(([label, value, given]) => {
    const note = typeof given === 'string' ? plainLine(given, 160) : given;
    return html`<div><dt>${label}</dt><dd>${value}${note === undefined || note === '' ? null : html`<small>${note}</small>`}</dd></div>`;
  });
  return html`<dl class="cards">${items}</dl>`;
}

/** The head of the page: the verdict, why, what to do, and the figures that everybody asks for. */
export function verdictHeader(result: ResultDocument): Html {
  const { word, tone } = wordingOf(result);
  return html`<header>
<p><span class="pill ${tone}">${word}</span></p>
<h1>${plainLine(result.headline, 400) || word}</h1>
${factsLine(result)}
${reasons(result)}
${cards(result)}
</header>
`;
}
