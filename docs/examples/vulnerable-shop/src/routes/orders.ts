import { Router } from 'express'
import type { Pool } from 'pg'
import { inTransaction } from '../db.ts'
import { mergeDeep } from '../lib/merge.ts'

const defaults = { gift: false, delivery: { method: 'post', note: '' } }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

export function orderRoutes(pool: Pool): Router {
  const router = Router()

  router.get('/', async (_req, res) => {
    const { rows } = await pool.query('SELECT * FROM orders WHERE customer = $1', [res.locals.claims.sub])
    res.json(rows)
  })

  router.post('/', async (req, res) => {
    const options = mergeDeep(structuredClone(defaults), req.body.options ?? {})
    const order = await inTransaction(pool, async (client) => {
      const { rows } = await client.query('INSERT INTO orders (customer, options) VALUES ($1, $2) RETURNING id', [
        res.locals.claims.sub,
        options,
      ])
      for (const line of req.body.lines ?? []) {
        await client.query('INSERT INTO order_lines (order_id, product, amount) VALUES ($1, $2, $3)', [
          rows[0].id,
          line.product,
          Number(line.amount),
        ])
      }
      return rows[0]
    })
    res.status(201).json(order)
  })

  router.get('/:id/invoice', async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM invoices WHERE order_id = $1 AND customer = $2', [
      req.params.id,
      res.locals.claims.sub,
    ])
    if (rows.length === 0) {
      res.status(404).send(`<h1>No invoice</h1><p>There is none for order ${req.params.id}.</p>`)
      return
    }
    res.type('application/pdf').send(rows[0].pdf)
  })

  router.get('/:id/label', async (req, res) => {
    const to = escapeHtml(String(req.query.to ?? ''))
    res.send(`<!doctype html><title>Label</title><p class="to">${to}</p>`)
  })

  router.get('/:id/count', async (req, res) => {
    const { rows } = await pool.query('SELECT amount FROM order_lines WHERE order_id = $1', [req.params.id])
    res.send(`${rows.length} lines`)
  })

  return router
}
