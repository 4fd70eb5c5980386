import { met, noted, unmet } from './requirement-result.js';
import { compareSignatures } from './signature.js';
import type { Baseline, GateContext, RequirementResult, Requirements, Signature, VersionFacts } from './types.js';

const NAME = 'signature';

/**
 * Compares the candidate's signature with that of what serves now (`context.serving` where it was fetched, else the
 * baseline). Asked for and not readable: rejected. Not asked for: checked as `compatible` where both can be read,
 * otherwise noted.
 */
export function checkSignature(
  asked: Requirements['signature'],
  candidate: VersionFacts,
  baseline: Baseline,
  context: GateContext,
): RequirementResult {
  if (asked === 'ignore') return noted(NAME, 'Not checked, as the configuration asks.');
  const serving = context.serving ?? (baseline.kind === 'version' ? baseline.facts : undefined);
  if (serving === undefined) return withoutServing(asked, baseline, context);
  const unreadable = [unreadableWhy(candidate), unreadableWhy(serving)].filter((why) => why !== undefined);
  if (!candidate.signature || !serving.signature) {
    const explanation = `The signatures cannot be compared: ${unreadable.join('; ')}.`;
    return asked === undefined ? noted(NAME, explanation) : unmet(NAME, 'signature-unknown', explanation);
  }
  return judge(asked ?? 'compatible', serving.signature, candidate.signature, `version ${serving.version}`);
}

function withoutServing(asked: Requirements['signature'], baseline: Baseline, context: GateContext): RequirementResult {
  const { servingVersion } = context;
  if (servingVersion === undefined && baseline.kind === 'absent') {
    return noted(NAME, `There is no signature to compare with (${baseline.why}).`);
  }
  const why =
    servingVersion === undefined
      ? 'No baseline was asked for'
      : `The signature of version ${servingVersion}, which serves, was not read`;
  const explanation = `${why}, so that signatures are not compared.`;
  return asked === undefined ? noted(NAME, explanation) : unmet(NAME, 'signature-unknown', explanation);
}

function judge(
  asked: 'compatible' | 'identical',
  serving: Signature,
  candidate: Signature,
  name: string,
): RequirementResult {
  const changes = compareSignatures(serving, candidate);
  const breaking = changes.filter((change) => change.breaking);
  const details = changes.map((change) => change.text);
  const count = asked === 'identical' ? changes.length : breaking.length;
  if (count > 0) {
    const what = asked === 'identical' ? 'differs from' : 'is not compatible with';
    return unmet(
      NAME,
      'signature-incompatible',
      `The signature ${what} that of ${name}: ${count} ${count === 1 ? 'change' : 'changes'}.`,
      details,
    );
  }
  const how = changes.length === 0 ? 'identical to' : 'compatible with';
  return met(NAME, `The signature is ${how} that of ${name}.`, details);
}

function unreadableWhy(facts: VersionFacts): string | undefined {
  if (facts.signature) return undefined;
  if (facts.signature === null) return `version ${facts.version} has no signature`;
  return `that of version ${facts.version} could not be read${facts.signatureNote === undefined ? '' : ` (${facts.signatureNote})`}`;
}
