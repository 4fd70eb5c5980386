import { describe, expect, it } from '@jest/globals';
import { folderInRun, loggedModelIn, readServingExample, readSignature } from '../../../src/registry/model-files.js';
import { servingExamplePath, signatureFromModelFile } from '../../../src/registry/signature.js';

const MODEL = `
artifact_path: model
flavors: {python_function: {loader_module: mlflow.sklearn}}
mlflow_version: 3.6.0
saved_input_example_info:
  artifact_path: input_example.json
  serving_input_path: serving_input_example.json
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "string", "name": "city", "required": false},
    {"type": "array", "items": {"type": "long"}, "name": "codes", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]'
  params: '[{"name": "temperature", "type": "double", "default": 0.1, "shape": null}]'
`;

describe('signatures', () => {
  it('are read from the MLmodel file', () => {
    expect(signatureFromModelFile(MODEL)).toEqual({
      kind: 'found',
      signature: {
        inputs: [
          { name: 'age', type: 'double', required: true },
          { name: 'city', type: 'string', required: false },
          { name: 'codes', type: '{"items":{"type":"long"},"type":"array"}', required: true },
        ],
        outputs: [{ name: '', type: 'tensor(float32, [-1, 2])', required: true }],
        params: [{ name: 'temperature', type: 'double', required: false }],
      },
    });
    expect(servingExamplePath(MODEL)).toBe('serving_input_example.json');
  });

  it.each([
    ['flavors: {}', 'none'],
    ['signature: null', 'none'],
    ["signature: {inputs: 'not json'}", 'unreadable'],
    ['signature: {inputs: \'{"a": 1}\'}', 'unreadable'],
    ['signature: 7', 'unreadable'],
    ['just text', 'unreadable'],
    ['a: [', 'unreadable'],
    ["signature: {inputs: 'null', outputs: null}", 'found'],
  ])('of %p: %s', (text, kind) => {
    expect(signatureFromModelFile(text).kind).toBe(kind);
  });

  it('come from the run when the file cannot be read', async () => {
    const files = async () => ({ kind: 'absent', why: 'refused' }) as const;
    const entry = (path: string, name: string) => ({
      artifact_path: path,
      signature: { inputs: JSON.stringify([{ type: 'long', name }]) },
    });
    const tags = { 'mlflow.log-model.history': JSON.stringify([entry('a', 'x'), entry('b', 'y')]) };
    const never = new AbortController().signal;
    const reading = await readSignature(files, 'dbfs:/exp/run/artifacts/b', () => tags, never);
    expect(reading).toMatchObject({ kind: 'found', signature: { inputs: [{ name: 'y' }] } });
    const ambiguous = await readSignature(files, 's3://elsewhere', () => tags, never);
    expect(ambiguous).toEqual({ kind: 'unreadable', why: 'the MLmodel file could not be read (refused)' });
  });
});

describe('sources', () => {
  it.each([
    ['dbfs:/databricks/mlflow-tracking/1/r/artifacts/model', 'model'],
    ['mlflow-artifacts:/1/r/artifacts/deep/model/', 'deep/model'],
    ['runs:/abc/model', 'model'],
    ['models:/m-1', null],
  ])('%s lies in folder %p', (source, folder) => {
    expect(folderInRun(source)).toBe(folder);
  });
  it.each([
    ['models:/m-0123', 'm-0123'],
    ['models:/name/3', null],
    ['models:/m-model/3', null],
    ['s3://b/m-1', null],
  ])('%s names logged model %p', (source, id) => {
    expect(loggedModelIn(source)).toBe(id);
  });
});

describe('the serving example', () => {
  const never = new AbortController().signal;
  const from = (files: Record<string, string>) =>
    readServingExample(async (path) => {
      const text = files[path];
      return text === undefined ? { kind: 'absent', why: 'missing' } : { kind: 'text', text };
    }, never);

  it('is found under its usual or its own name, and is nothing otherwise', async () => {
    expect(await from({ 'serving_input_example.json': '{"inputs": [1]}' })).toEqual({ inputs: [1] });
    const MLmodel = 'saved_input_example_info: {serving_input_path: other.json}';
    expect(await from({ MLmodel, 'other.json': '{"inputs": [2]}' })).toEqual({ inputs: [2] });
    expect(await from({ MLmodel })).toBeNull();
    expect(await from({ MLmodel: 'flavors: {}', 'serving_input_example.json': '{"inputs": [1]}' })).toBeNull();
    expect(await from({ 'serving_input_example.json': '{"inp' })).toBeNull();
    expect(await from({})).toBeNull();
  });
});
