import { createHmac, timingSafeEqual } from 'node:crypto'
import { Router } from 'express'
import type { Pool } from 'pg'
import type { Config } from '../config.ts'

const CARRIERS = new Set(['track.post.example', 'api.parcel.example'])

export function webhookRoutes(pool: Pool, config: Config): Router {
  const router = Router()

  router.post('/payment', async (req, res) => {
    const expected = createHmac('sha256', config.payment.webhookSecret).update(req.rawBody).digest()
    const sent = Buffer.from(req.get('X-Signature') ?? '', 'hex')
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) {
      res.sendStatus(401)
      return
    }
    await pool.query('UPDATE orders SET paid = true WHERE payment = $1', [req.body.payment])
    res.sendStatus(204)
  })

  router.post('/stock', async (req, res) => {
    const signature = createHmac('sha256', config.payment.webhookSecret).update(req.rawBody).digest('hex')
    if (req.get('X-Stock-Signature') !== signature) {
      res.sendStatus(401)
      return
    }
    await pool.query('UPDATE products SET stock = $1 WHERE id = $2', [req.body.stock, req.body.product])
    res.sendStatus(204)
  })

  router.post('/suppliers/check', async (req, res) => {
    const { callback } = req.body
    const answer = await fetch(callback, { method: 'POST', signal: AbortSignal.timeout(3000) })
    res.json({ status: answer.status, text: await answer.text() })
  })

  router.get('/parcels', async (req, res) => {
    const target = new URL(String(req.query.url))
    if (target.protocol !== 'https:' || !CARRIERS.has(target.hostname)) {
      res.sendStatus(400)
      return
    }
    const answer = await fetch(target, { redirect: 'error' })
    res.json(await answer.json())
  })

  router.get('/rates/:currency', async (req, res) => {
    const answer = await fetch(`https://rates.example/v1/${encodeURIComponent(req.params.currency)}`)
    res.json(await answer.json())
  })

  return router
}
