import { jest } from '@jest/globals';

// Many tests run real processes, sockets and deadlines, and the machines of continuous integration stall. One second try, logged with the
// error of the first, tells a stall from a fault; a test that fails twice fails.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
