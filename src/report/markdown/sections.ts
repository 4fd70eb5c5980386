import type { ResultDocument } from '../result.js';
import { appSection } from './app.js';
import { checklistSection } from './checklist.js';
import { detailsSection } from './details.js';
import { errorSection, faultsSection } from './failure.js';
import { explanation, heading, links, subject } from './heading.js';
import { healthSection } from './health.js';
import { planSection } from './plan.js';
import { rolloutSection } from './rollout.js';
import { gateSection } from './rules.js';
import type { Size } from './size.js';
import { link, type Markdown, md, stacked } from './template.js';

function shortenedNote(result: ResultDocument, size: Size): Markdown | null {
  if (size.name === 'full') return null;
  return md`_This is the short form, since the whole does not fit here. The rest is in ${link(size.rest, result.workflow.run_url)}._`;
}

/** The whole of a rendering in one size, from the verdict down to the details. */
export function body(result: ResultDocument, size: Size): Markdown {
  return stacked([
    heading(result),
    subject(result),
    explanation(result, size),
    faultsSection(result, size),
    errorSection(result),
    rolloutSection(result, size),
    gateSection(result, size),
    planSection(result, size),
    healthSection(result, size),
    checklistSection(result, size),
    appSection(result, size),
    detailsSection(result, size),
    shortenedNote(result, size),
    links(result),
  ]);
}
