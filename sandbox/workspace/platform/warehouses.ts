import { denied, missing } from '../http/failure.js';
import { json, type Reply } from '../http/reply.js';
import type { Call, Router } from '../http/router.js';
import { compact, type JsonObject } from '../json.js';
import { hex, type Random, uuid } from '../time/random.js';
import type { Permissions } from './permissions.js';

export interface Warehouse {
  readonly id: string;
  readonly name: string;
  readonly creator: string;
  state: 'RUNNING' | 'STOPPED' | 'STARTING' | 'DELETED';
}

/** Rows of a statement's answer, or the message with which it fails. */
export type StatementAnswer =
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly error: string };

/** SQL warehouses and statements. What a statement answers is for the test to say. */
export class Warehouses {
  readonly warehouses = new Map<string, Warehouse>();
  readonly #statements = new Map<string, JsonObject>();
  readonly #random: Random;
  readonly #permissions: Permissions;
  #answer: (statement: string) => StatementAnswer = () => ({ columns: [], rows: [] });

  constructor(random: Random, permissions: Permissions) {
    this.#random = random;
    this.#permissions = permissions;
    const owner = (id: string): string | null => this.warehouses.get(id)?.creator ?? null;
    permissions.protect({
      type: 'warehouses',
      objectType: 'warehouses',
      levels: ['CAN_VIEW', 'CAN_MONITOR', 'CAN_USE', 'CAN_MANAGE'],
      owner,
    });
  }

  add(name: string, creator: string): Warehouse {
    const warehouse: Warehouse = { id: hex(this.#random, 16), name, creator, state: 'RUNNING' };
    this.warehouses.set(warehouse.id, warehouse);
    return warehouse;
  }

  answer(answer: (statement: string) => StatementAnswer): void {
    this.#answer = answer;
  }

  register(router: Router): void {
    const base = '/api/2.0/sql';
    router.on('GET', `${base}/warehouses`, (call) => this.#list(call));
    router.on('GET', `${base}/warehouses/{id}`, (call) =>
      json(this.#row(this.#get(call, call.params.id ?? '', 'CAN_VIEW'))),
    );
    router.on('POST', `${base}/warehouses/{id}/start`, (call) => this.#set(call, 'RUNNING'));
    router.on('POST', `${base}/warehouses/{id}/stop`, (call) => this.#set(call, 'STOPPED'));
    router.on('POST', `${base}/statements`, (call) => this.#execute(call));
    router.on('GET', `${base}/statements/{id}`, (call) => this.#statement(call));
    router.on('POST', `${base}/statements/{id}/cancel`, () => json({}));
  }

  #get(call: Call, id: string, needed: string): Warehouse {
    const warehouse = this.warehouses.get(id);
    if (warehouse === undefined) throw missing(`SQL warehouse ${id} does not exist.`);
    if (!this.#permissions.reaches('warehouses', id, call.identity, needed))
      throw denied(`User does not have ${needed} on warehouse ${id}.`);
    return warehouse;
  }

  #row(warehouse: Warehouse): JsonObject {
    return {
      id: warehouse.id,
      name: warehouse.name,
      state: warehouse.state,
      creator_name: warehouse.creator,
      cluster_size: 'Small',
    };
  }

  #list(call: Call): Reply {
    const seen = [...this.warehouses.values()].filter(
      (warehouse) => this.#permissions.level('warehouses', warehouse.id, call.identity) !== null,
    );
    return json(compact({ warehouses: seen.map((warehouse) => this.#row(warehouse)) }));
  }

  #set(call: Call, state: Warehouse['state']): Reply {
    this.#get(call, call.params.id ?? '', 'CAN_MANAGE').state = state;
    return json({});
  }

  #execute(call: Call): Reply {
    this.#get(call, call.body.text('warehouse_id'), 'CAN_USE').state = 'RUNNING';
    const answer = this.#answer(call.body.text('statement'));
    const id = uuid(this.#random);
    const body: JsonObject = 'error' in answer ? failed(id, answer.error) : succeeded(id, answer.columns, answer.rows);
    this.#statements.set(id, body);
    return json(body);
  }

  #statement(call: Call): Reply {
    const body = this.#statements.get(call.params.id ?? '');
    if (body === undefined) throw missing(`Statement ${call.params.id} does not exist.`);
    return json(body);
  }
}

function failed(id: string, message: string): JsonObject {
  return { statement_id: id, status: { state: 'FAILED', error: { error_code: 'BAD_REQUEST', message } } };
}

function succeeded(id: string, columns: readonly string[], rows: readonly (readonly (string | null)[])[]): JsonObject {
  const described = columns.map((name, position) => ({ name, position, type_text: 'STRING', type_name: 'STRING' }));
  return {
    statement_id: id,
    status: { state: 'SUCCEEDED' },
    manifest: {
      format: 'JSON_ARRAY',
      schema: { column_count: columns.length, columns: described },
      total_row_count: rows.length,
      truncated: false,
    },
    result: { chunk_index: 0, row_offset: 0, row_count: rows.length, data_array: rows },
  };
}
