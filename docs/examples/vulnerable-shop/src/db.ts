import { Pool, type PoolClient } from 'pg'
import type { Config } from './config.ts'

export function createPool(config: Config): Pool {
  return new Pool({
    connectionString: config.databaseUrl,
    max: 20,
    idleTimeoutMillis: 30_000,
    ssl: config.production ? { rejectUnauthorized: false } : undefined,
  })
}

/** The read replica has a certificate of the company's own authority. */
export function createReplicaPool(url: string, authority: string): Pool {
  return new Pool({ connectionString: url, max: 5, ssl: { ca: authority, rejectUnauthorized: true } })
}

const TABLES = ['products', 'orders', 'order_lines', 'customers'] as const

/** Rows of each table, for the status page. */
export async function tableSizes(pool: Pool): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {}
  for (const table of TABLES) {
    const { rows } = await pool.query(`SELECT count(*)::int AS size FROM ${table}`)
    sizes[table] = rows[0].size
  }
  return sizes
}

export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}
