import { type ConfigurationFault, configurationError } from '../../errors.js';
import { pathSteps } from '../core/answer-comparison.js';
import type { Expectation, SmokeCase } from '../core/assertions.js';
import { isObject, schemaFaults } from '../core/json-schema.js';

const EXPECT_KEYS = ['status', 'predictions', 'tolerance', 'schema', 'agreement', 'json_path'];

type Report = (key: string, message: string, fix: string) => void;

/**
 * Reads a smoke file: a JSON array whose elements are bodies for the invocation, or `{"request": <body>, "expect": {…}}`.
 * Throws one configuration error with all faults; `file` is its path for messages.
 */
export function parseSmokeFile(text: string, file: string): readonly SmokeCase[] {
  const faults: ConfigurationFault[] = [];
  const report: Report = (key, message, fix) => faults.push({ key, message: `${file}: ${message}`, fix, file });
  const json = parseJson(text, report);
  const cases = Array.isArray(json) ? json.map((element, index) => readElement(element, index, report)) : [];
  if (json !== undefined && !Array.isArray(json)) {
    report('smoke', 'a smoke file is a JSON array of requests.', 'Put the request into square brackets: [ { … } ].');
  } else if (Array.isArray(json) && json.length === 0) {
    report(
      'smoke',
      'the array is empty, so nothing would be tested.',
      'Add at least one request, or write `smoke: none`.',
    );
  }
  if (faults.length > 0) throw configurationError(faults);
  return cases;
}

/** A serving input example as the only smoke request; `null` when it is no body that can be sent. */
export function smokeFromExample(example: unknown): readonly SmokeCase[] | null {
  return isObject(example) && Object.keys(example).length > 0 ? [{ index: 0, request: example, expect: {} }] : null;
}

function parseJson(text: string, report: Report): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    report(
      'smoke',
      `this is not JSON (${error instanceof Error ? error.message : String(error)}).`,
      'Correct the JSON.',
    );
    return undefined;
  }
}

function readElement(element: unknown, index: number, report: Report): SmokeCase {
  const at = `smoke[${index}]`;
  if (!isObject(element) || Object.keys(element).length === 0) {
    report(
      at,
      `element ${index} is no object.`,
      'Give a body such as {"dataframe_split": {…}}, or {"request": …, "expect": …}.',
    );
    return { index, request: null, expect: {} };
  }
  if (!Object.hasOwn(element, 'request')) return { index, request: element, expect: {} };
  for (const key of Object.keys(element).filter((one) => one !== 'request' && one !== 'expect')) {
    report(
      `${at}.${key}`,
      `element ${index} has the unknown key "${key}".`,
      'Beside "request" only "expect" is allowed.',
    );
  }
  if (!isObject(element.request)) {
    report(`${at}.request`, `the request of element ${index} is no object.`, 'Give the body of the invocation.');
  }
  return { index, request: element.request, expect: readExpect(element.expect, `${at}.expect`, report) };
}

function readExpect(expect: unknown, at: string, report: Report): Expectation {
  if (expect === undefined) return {};
  if (!isObject(expect)) {
    report(at, `${at} is no object.`, `Allowed keys: ${EXPECT_KEYS.join(', ')}.`);
    return {};
  }
  for (const key of Object.keys(expect).filter((one) => !EXPECT_KEYS.includes(one))) {
    report(`${at}.${key}`, `${at} has the unknown key "${key}".`, `Allowed keys: ${EXPECT_KEYS.join(', ')}.`);
  }
  const status = numberIn(expect.status, 100, 599, `${at}.status`, 'an HTTP status such as 200', report);
  const tolerance = numberIn(
    expect.tolerance,
    0,
    Number.MAX_VALUE,
    `${at}.tolerance`,
    'a number from 0, such as 0.001',
    report,
  );
  const asked = expect.agreement === true ? 1 : expect.agreement;
  const agreement = numberIn(asked, 0, 1, `${at}.agreement`, 'a share from 0 to 1, such as 0.95', report);
  const jsonPath = readPaths(expect.json_path, `${at}.json_path`, report);
  if (expect.schema !== undefined) {
    for (const fault of schemaFaults(expect.schema))
      report(`${at}.schema`, `${at}: ${fault}.`, 'Use the supported part of JSON Schema.');
  }
  return {
    ...(status === undefined ? {} : { status }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(agreement === undefined ? {} : { agreement }),
    ...(jsonPath === undefined ? {} : { jsonPath }),
    ...(expect.schema === undefined ? {} : { schema: expect.schema }),
    ...(expect.predictions === undefined ? {} : { predictions: expect.predictions }),
  };
}

function numberIn(
  value: unknown,
  low: number,
  high: number,
  key: string,
  form: string,
  report: Report,
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= low && value <= high) return value;
  report(key, `${key} is ${JSON.stringify(value)}.`, `Write ${form}.`);
  return undefined;
}

function readPaths(paths: unknown, key: string, report: Report): Readonly<Record<string, unknown>> | undefined {
  if (paths === undefined) return undefined;
  if (!isObject(paths)) {
    report(key, `${key} is no object.`, 'Write a map from JSON path to expected value: {"$.predictions[0]": 1}.');
    return undefined;
  }
  for (const path of Object.keys(paths).filter((one) => pathSteps(one) === null)) {
    report(
      `${key}.${path}`,
      `${key} has ${JSON.stringify(path)}, which is no path.`,
      "Write paths as $.predictions[0].label or $['a key'][2].",
    );
  }
  return paths;
}
