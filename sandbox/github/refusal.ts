/** One entry of `errors` in a 422. */
export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
}

/** An answer that is not what was asked for, in GitHub's shape. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';

  constructor(
    readonly status: number,
    message: string,
    readonly errors?: readonly FieldError[],
  ) {
    super(message);
  }

  /** The body as GitHub writes it; the status is there as text. */
  body(): Record<string, unknown> {
    return {
      message: this.message,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      documentation_url: 'https://docs.github.com/rest',
      status: String(this.status),
    };
  }
}

export function notFound(): ApiRefusal {
  return new ApiRefusal(404, 'Not Found');
}

/** What a token without the permission gets, on reads and writes alike. */
export function notAccessible(): ApiRefusal {
  return new ApiRefusal(403, 'Resource not accessible by integration');
}

/** 422 with one entry. */
export function invalid(resource: string, field: string, code: string, message?: string): ApiRefusal {
  const error: FieldError = { resource, field, code, ...(message === undefined ? {} : { message }) };
  return new ApiRefusal(422, 'Validation Failed', [error]);
}
