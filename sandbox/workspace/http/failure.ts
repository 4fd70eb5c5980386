import type { JsonObject } from '../json.js';

/** HTTP status of each error code that the platform's services use. */
const STATUS: Readonly<Record<string, number>> = {
  INVALID_PARAMETER_VALUE: 400,
  BAD_REQUEST: 400,
  MALFORMED_REQUEST: 400,
  INVALID_STATE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  FEATURE_DISABLED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  NOT_FOUND: 404,
  ENDPOINT_NOT_FOUND: 404,
  CATALOG_DOES_NOT_EXIST: 404,
  SCHEMA_DOES_NOT_EXIST: 404,
  RESOURCE_CONFLICT: 409,
  RESOURCE_ALREADY_EXISTS: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
};

/** An answer that refuses; thrown by handlers and turned into `{error_code, message}` by the server. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: JsonObject;

  /** `status` is needed only where a service departs from the usual status of the code. */
  constructor(code: string, message: string, status?: number, extra: JsonObject = {}) {
    super(message);
    this.code = code;
    this.status = status ?? STATUS[code] ?? 500;
    this.extra = extra;
  }
}

/** 400 INVALID_PARAMETER_VALUE, the most frequent refusal. */
export function invalid(message: string): ApiFailure {
  return new ApiFailure('INVALID_PARAMETER_VALUE', message);
}

/** 404 RESOURCE_DOES_NOT_EXIST. */
export function missing(message: string): ApiFailure {
  return new ApiFailure('RESOURCE_DOES_NOT_EXIST', message);
}

/** 403 PERMISSION_DENIED. */
export function denied(message: string): ApiFailure {
  return new ApiFailure('PERMISSION_DENIED', message);
}
