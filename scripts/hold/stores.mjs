// The session stores that scenarios run on, each a function of the scenario that gives the `SESSION_STORE` for its servers.

import { join } from 'node:path';

export const sqlite = (hold) => `sqlite://${join(hold.folder, 'sessions.db')}`;
