/** How the export behaves; what is not confirmed about the real one can be set either way. */
export interface ExportHabits {
  /** Label that names the served entity; `null`: figures are endpoint-wide and carry no such label. */
  readonly entityLabel: string | null;
  /** Label that names the endpoint; `null` for none. */
  readonly endpointLabel: string | null;
  /** `requests`: only the three request gauges, as on free workspaces; `no-histograms`: gauges only. */
  readonly series: 'all' | 'requests' | 'no-histograms';
  /** Whether a histogram counts the last minute, like the gauges, or everything since the start. */
  readonly histogram: 'window' | 'cumulative';
  readonly format: 'prometheus' | 'openmetrics';
  /** Server ms after creation during which the export is a 404. */
  readonly absentForMs: number;
  /** Server ms after an applied update in which no figures are exported. */
  readonly gapAfterUpdateMs: number;
  /** Server ms by which the newest exported minute lags behind the last full one. */
  readonly lagMs: number;
  /** From this server time on the same minute is exported for ever. */
  readonly staleFrom: number | null;
  /** Values are written as NaN. */
  readonly notANumber: boolean;
  /** Written instead of the exposition, with status 200. */
  readonly garbage: string | null;
}

export const USUAL_EXPORT: ExportHabits = {
  entityLabel: 'served_entity_name',
  endpointLabel: 'endpoint_name',
  series: 'all',
  histogram: 'window',
  format: 'prometheus',
  absentForMs: 0,
  gapAfterUpdateMs: 0,
  lagMs: 0,
  staleFrom: null,
  notANumber: false,
  garbage: null,
};
