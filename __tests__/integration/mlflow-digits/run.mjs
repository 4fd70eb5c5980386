// The main job on real input: see sandbox/digits/scenes.ts. Exits 0 with `N passed, N failed` as the last line, or 77 with one
// line when Python 3.11 or its packages cannot be had.
await import('../../../sandbox/digits/start.mjs');
