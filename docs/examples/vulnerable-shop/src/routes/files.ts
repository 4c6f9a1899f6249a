import { createReadStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import express, { Router } from 'express'

const UPLOADS = path.resolve('data/uploads')
const MANUALS = path.resolve('data/manuals')
const TERMS: Record<string, string> = { en: 'terms-en.pdf', de: 'terms-de.pdf' }

export function fileRoutes(): Router {
  const router = Router()

  router.get('/terms/:language', (req, res) => {
    const file = TERMS[req.params.language] ?? 'terms-en.pdf'
    res.sendFile(path.join(MANUALS, file))
  })

  router.get('/manuals/:name', (req, res) => {
    const file = path.resolve(MANUALS, req.params.name)
    if (!file.startsWith(MANUALS + path.sep)) {
      res.sendStatus(404)
      return
    }
    createReadStream(file).pipe(res)
  })

  router.get('/download', (req, res) => {
    const name = String(req.query.name)
    const file = path.join(UPLOADS, name)
    createReadStream(file)
      .on('error', () => res.sendStatus(404))
      .pipe(res)
  })

  router.get('/picture/:name', (req, res) => {
    res.sendFile(path.basename(req.params.name), { root: UPLOADS })
  })

  router.put('/:name', express.raw({ limit: '5mb' }), async (req, res) => {
    const name = req.params.name.replace(/[^a-z0-9-]/g, '')
    await mkdir(UPLOADS, { recursive: true, mode: 0o750 })
    await writeFile(path.join(UPLOADS, `${name}.bin`), req.body)
    res.sendStatus(204)
  })

  return router
}
