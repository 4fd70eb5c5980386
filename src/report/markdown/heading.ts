import { codeBlock, markdownText } from '../escape.js';
import { formatDuration } from '../format.js';
import type { ResultDocument } from '../result.js';
import { versionName, wordingOf } from '../wording.js';
import type { Size } from './size.js';
import { alertBox, code, joined, link, Markdown, md, stacked } from './template.js';

/** The verdict in one line. */
export function heading(result: ResultDocument): Markdown {
  return md`## ${new Markdown(wordingOf(result).mark)} ${new Markdown(markdownText(result.headline, 240))}`;
}

/** What it is about: model and version, what it is compared with, where it serves. */
export function subject(result: ResultDocument): Markdown | null {
  const { model, baseline, endpoint, target, app } = result;
  const version = model?.version ? md` ${versionName(model.version)}` : null;
  return joined(
    [
      model ? md`**Model** ${link(joined([code(model.name), version], ''), model.url)}` : null,
      baseline?.version ? md`**compared with** ${versionName(baseline.version)}` : null,
      endpoint ? md`**endpoint** ${link(code(endpoint.name), endpoint.url)}` : null,
      app ? md`**app** ${link(code(app.name), app.url)}` : null,
      target ? md`**target** ${code(target)}` : null,
    ],
    ' · ',
  );
}

/** Text that says no more than the headline does is not said again. */
function addsTo(text: string, said: readonly string[]): boolean {
  const plain = (value: string): string =>
    value
      .replace(/[\s.…]+/g, ' ')
      .trim()
      .toLowerCase();
  return !said.some((other) => plain(other).includes(plain(text)));
}

const BOXES = { bad: 'CAUTION', warn: 'WARNING', good: 'TIP', neutral: 'NOTE' } as const;

/** Why, and what to do. A box in the tone of the decision; the exact call where a person must act. */
export function explanation(result: ResultDocument, size: Size): Markdown | null {
  const said = [result.headline];
  const texts: Markdown[] = [];
  const say = (label: Markdown, text: string | null | undefined): void => {
    if (!text || !addsTo(text, said)) return;
    said.push(text);
    texts.push(md`${label}${new Markdown(markdownText(text, size.text))}`);
  };
  say(md``, result.faults.length > 0 ? null : (result.explanation ?? result.error?.message));
  say(md`**State now:** `, result.rollout?.state ?? result.error?.state);
  say(md`**Next:** `, result.next ?? result.error?.fix);
  const action = result.rollout?.action;
  if (action) {
    texts.push(md`**To do, by a person:**`);
    texts.push(new Markdown(codeBlock(action, 'bash', { lines: 30, columns: 400 })));
  }
  if (texts.length === 0) return null;
  const { tone } = wordingOf(result);
  return tone === 'good' || tone === 'neutral' ? stacked(texts) : alertBox(BOXES[tone], stacked(texts));
}

/** Where the rest can be read. */
export function links(result: ResultDocument): Markdown {
  const { workflow, model } = result;
  const commit = workflow.sha === '' ? null : `${workflow.server_url}/${workflow.repository}/commit/${workflow.sha}`;
  const places = joined(
    [
      workflow.run_url ? link('Job and full report', workflow.run_url) : null,
      model?.run_url ? link('training run', model.run_url) : null,
      commit ? md`commit ${link(code(workflow.sha.slice(0, 7)), commit)}` : null,
    ],
    ' · ',
  );
  const tail = joined(
    [
      result.in_progress
        ? md`${code(result.command)} is running`
        : md`${code(result.command)} → ${code(result.decision)} (${code(result.reason_code)}), took ${formatDuration(result.duration_ms)}`,
      md`${result.action.name} ${result.action.version}`,
    ],
    ' · ',
  );
  return md`<sub>${joined([places, tail], '<br>')}</sub>`;
}
