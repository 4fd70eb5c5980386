import { isWebPage, pageText, parseErrorBody } from './error-body.js';
import type { Answer, Fault } from './types.js';

/** What is wrong with an answer, without the facts of the call that the caller adds. */
export type AnswerFault = Pick<Fault, 'form' | 'status' | 'message'> &
  Partial<Pick<Fault, 'code' | 'requestId' | 'credentialsError'>>;

const PRIVATE_LINK = /login\.html.*error=private-link-validation-error/;

/** An answer above 299 as a fault: error bodies of all forms, redirects (never followed) and the private-link page. */
export function answerFault(answer: Answer): AnswerFault {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) return redirectFault(status, headers.location ?? '');
  const body = parseErrorBody(status, answer.text);
  const requestId = requestIdOf(answer) ?? body.requestId;
  return {
    form: body.form === 'web-page' ? 'web-page' : 'answer',
    status,
    message: body.message,
    ...(body.code === undefined ? {} : { code: body.code }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The id under which the server's operators find the request. */
function requestIdOf(answer: Answer): string | undefined {
  return answer.headers['x-request-id'] ?? answer.headers['x-databricks-request-id'];
}

function redirectFault(status: number, location: string): AnswerFault {
  if (PRIVATE_LINK.test(location)) {
    return {
      form: 'answer',
      status: 403,
      code: 'PRIVATE_LINK_VALIDATION_ERROR',
      message: 'the workspace is reached over a private link that this runner is not on',
    };
  }
  const target = location === '' ? 'no address' : location.replace(/[?#].*$/, '');
  return { form: 'redirect', status, code: 'REDIRECT', message: `redirected to ${target}` };
}

export type Parsed =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly fault: AnswerFault };

/**
 * The JSON of a successful answer. An empty body is `{}` (normal for many writes); a web page is what a login
 * page or a gateway sends; anything else that is not JSON is a broken or cut answer.
 */
export function parseJsonAnswer(answer: Answer): Parsed {
  const text = answer.text.trim();
  if (text === '') return { kind: 'value', value: {} };
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'value', value };
  } catch {
    return { kind: 'fault', fault: notJson(answer, text) };
  }
}

function notJson(answer: Answer, text: string): AnswerFault {
  const { status } = answer;
  const requestId = requestIdOf(answer);
  const id = requestId === undefined ? {} : { requestId };
  const type = answer.headers['content-type'] ?? 'no content type';
  if (isWebPage(text) || /text\/html/i.test(type)) {
    const message = `a web page instead of JSON: ${pageText(text).slice(0, 200)}`;
    return { form: 'web-page', status, code: 'WEB_PAGE', message, ...id };
  }
  const message = `${text.length} characters that are not complete JSON (${type})`;
  return { form: 'malformed', status, code: 'NOT_JSON', message, ...id };
}
