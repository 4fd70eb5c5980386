import { describe, expect, it } from '@jest/globals';
import { scopeOf } from '../../../src/health/core/scope.js';

const subjects = {
  candidate: { name: 'fraud-8', model: 'main.risk.fraud', version: '8' },
  current: { name: 'fraud-7', model: 'main.risk.fraud', version: '7' },
};

function scope(labels: Readonly<Record<string, string>>, others: readonly string[] = []) {
  return scopeOf(new Map(Object.entries(labels)), { ...subjects, others });
}

describe('whose series it is', () => {
  it('is told by the name of a served entity under any label', () => {
    expect(scope({ served_entity_name: 'fraud-8' })).toBe('candidate');
    expect(scope({ anything: 'fraud-7' })).toBe('current');
  });

  it('is told by the version where no label names an entity', () => {
    expect(scope({ model: 'fraud', version: '8' })).toBe('candidate');
    expect(scope({ model_version: '7' })).toBe('current');
    expect(scope({ model_version: '6' })).toBe('other');
  });

  it('is that of another entity which is known by name, whatever the label is called', () => {
    expect(scope({ workload: 'churn-2' })).toBe('endpoint');
    expect(scope({ workload: 'churn-2' }, ['churn-2'])).toBe('other');
    expect(scope({ workload: 'churn-8', version: '8' }, ['churn-8'])).toBe('other');
    expect(scope({ served_model_name: 'churn-2' })).toBe('other');
  });

  it('is the endpoint’s without any of these', () => {
    expect(scope({})).toBe('endpoint');
    expect(scope({ endpoint_name: 'fraud-8' })).toBe('endpoint');
  });
});
