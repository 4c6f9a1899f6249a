import { createHash } from 'node:crypto'
import { Router } from 'express'
import type { Pool } from 'pg'

const COLUMNS = ['id', 'name', 'price_cents', 'stock']
const ORDERS: Record<string, string> = {
  price: 'price_cents ASC',
  name: 'name ASC',
  newest: 'created_at DESC',
}

export function productRoutes(pool: Pool): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const order = ORDERS[String(req.query.sort)] ?? ORDERS.name
    const page = Math.max(1, Number.parseInt(String(req.query.page), 10) || 1)
    const { rows } = await pool.query(
      `SELECT ${COLUMNS.join(', ')} FROM products ORDER BY ${order} LIMIT 24 OFFSET ${(page - 1) * 24}`,
    )
    const body = JSON.stringify(rows)
    res.setHeader('ETag', createHash('md5').update(body).digest('base64'))
    res.json(rows)
  })

  router.get('/search', async (req, res) => {
    const text = req.query.q?.toString().trim() ?? ''
    const conditions = [`name ILIKE '%${text}%'`]
    if (req.query.inStock === '1') conditions.push('stock > 0')
    const { rows } = await pool.query(`SELECT ${COLUMNS.join(', ')} FROM products WHERE ${conditions.join(' AND ')}`)
    res.json(rows)
  })

  router.get('/filter', async (req, res) => {
    const values: string[] = []
    const conditions = ['stock > 0']
    for (const field of ['brand', 'colour', 'size']) {
      const value = req.query[field]
      if (typeof value !== 'string') continue
      values.push(value)
      conditions.push(`${field} = $${values.length}`)
    }
    const { rows } = await pool.query(`SELECT id, name FROM products WHERE ${conditions.join(' AND ')}`, values)
    res.json(rows)
  })

  router.post('/compare', async (req, res) => {
    const ids: unknown[] = Array.isArray(req.body.ids) ? req.body.ids.slice(0, 8) : []
    const places = ids.map((_, index) => `$${index + 1}`).join(', ')
    const { rows } = await pool.query(`SELECT * FROM products WHERE id IN (${places})`, ids)
    res.json(rows)
  })

  router.get('/:id', async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM products WHERE id = $1', [req.params.id])
    if (rows.length === 0) res.sendStatus(404)
    else res.json(rows[0])
  })

  return router
}
