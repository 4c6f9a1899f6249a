import { exec, execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { Router } from 'express'
import type { Pool } from 'pg'
import { tableSizes } from '../db.ts'

const run = promisify(execFile)
const BACKUPS = '/var/backups/shop'

/** Keeps the dump under a name that says why it was made. */
function dumpDatabase(label: string): Promise<string> {
  return new Promise((resolve, reject) => {
    exec(`pg_dump shop | gzip > ${BACKUPS}/${label}.sql.gz`, (error, stdout) => {
      if (error) reject(error)
      else resolve(stdout)
    })
  })
}

export function adminRoutes(pool: Pool): Router {
  const router = Router()

  router.get('/status', async (_req, res) => {
    res.json({ tables: await tableSizes(pool), memory: process.memoryUsage().rss })
  })

  router.post('/backups', async (req, res) => {
    await dumpDatabase(req.body.label ?? 'manual')
    res.sendStatus(204)
  })

  router.get('/backups', (_req, res) => {
    exec(`ls -1t ${BACKUPS}`, (_error, stdout) => {
      res.json(stdout.split('\n').filter(Boolean))
    })
  })

  router.get('/log', async (req, res) => {
    const lines = Math.min(Number(req.query.lines) || 100, 1000)
    const { stdout } = await run('tail', ['-n', String(lines), '/var/log/shop.log'])
    res.type('text/plain').send(stdout)
  })

  router.post('/reindex', (req, res) => {
    const child = spawn('node', ['scripts/reindex.js', '--since', String(req.body.since)], { stdio: 'ignore' })
    child.unref()
    res.sendStatus(202)
  })

  router.get('/version', (_req, res) => {
    const match = /v(\d+)\.(\d+)/.exec(process.version)
    res.json({ node: match?.[0] })
  })

  return router
}
