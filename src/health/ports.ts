/** What one attempt to read the endpoint's metrics export brought. */
export type ExportRead =
  | { readonly kind: 'text'; readonly text: string; readonly contentType: string }
  /** 404: new or unsupported endpoint. Absent is not zero. */
  | { readonly kind: 'absent'; readonly message: string }
  /** Refused, unreachable or not an exposition: the source is blind for now. */
  | { readonly kind: 'failed'; readonly message: string };

/** The endpoint's metrics export. Never throws except when aborted. */
export interface MetricsSource {
  read(signal: AbortSignal): Promise<ExportRead>;
}

/** One answer to one probe, or the fact that none came. */
export interface InvocationAnswer {
  readonly status: number | null;
  readonly latencyMs: number;
  readonly body: string;
  readonly contentType: string;
  /** Why no answer came, in words; only where `status` is `null`. */
  readonly fault?: string;
  /** Epoch ms by the server's clock when the request was sent, as well as it is known. */
  readonly sentAtMs: number;
}

/** Sends one body to one served entity through its own path, which ignores the traffic split. Never retries, never throws except when aborted. */
export interface Invoker {
  invoke(servedEntity: string, body: unknown, timeoutMs: number, signal: AbortSignal): Promise<InvocationAnswer>;
}
