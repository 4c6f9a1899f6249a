import { Router } from 'express'
import type { Pool } from 'pg'
import { hashPassword, isPassword } from '../auth/passwords.ts'
import { createDeviceToken, createResetToken, signSession } from '../auth/sessions.ts'
import type { Config } from '../config.ts'
import { isMailAddress } from '../lib/validate.ts'

const PAGES = new Map([
  ['orders', '/orders'],
  ['basket', '/basket'],
  ['profile', '/profile'],
])

export function authRoutes(pool: Pool, config: Config): Router {
  const router = Router()

  router.post('/login', async (req, res) => {
    const { mail, password } = req.body
    if (typeof mail !== 'string' || typeof password !== 'string') {
      res.sendStatus(400)
      return
    }
    const { rows } = await pool.query('SELECT id, role, password_hash FROM customers WHERE mail = $1', [mail])
    const customer = rows[0]
    if (!customer || !(await isPassword(password, customer.password_hash))) {
      res.status(401).json({ error: 'wrong address or password' })
      return
    }
    const session = signSession({ sub: customer.id, role: customer.role }, config)
    res.cookie('session', session, { httpOnly: true, secure: true, sameSite: 'lax', maxAge: 8 * 3600_000 })
    res.cookie('theme', req.body.theme === 'dark' ? 'dark' : 'light')
    res.json({ ok: true })
  })

  router.post('/devices', async (req, res) => {
    const { token, hash } = createDeviceToken()
    await pool.query('INSERT INTO devices (customer, hash) VALUES ($1, $2)', [res.locals.claims?.sub, hash])
    res.cookie('device_token', token, { maxAge: 30 * 24 * 3600_000, sameSite: 'lax' })
    res.sendStatus(204)
  })

  router.get('/continue', (req, res) => {
    const next = req.query.next?.toString() ?? '/'
    res.redirect(next)
  })

  router.get('/open', (req, res) => {
    const page = PAGES.get(String(req.query.page)) ?? '/'
    res.redirect(page)
  })

  router.get('/partner', (req, res) => {
    res.redirect(`${config.shopUrl}/partner?from=${encodeURIComponent(req.originalUrl)}`)
  })

  router.post('/reset', async (req, res) => {
    const { mail } = req.body
    if (!isMailAddress(mail)) {
      res.sendStatus(400)
      return
    }
    const token = createResetToken()
    await pool.query('UPDATE customers SET reset_token = $1 WHERE mail = $2', [token, mail])
    res.sendStatus(204)
  })

  router.post('/password', async (req, res) => {
    const hash = await hashPassword(String(req.body.password))
    await pool.query('UPDATE customers SET password_hash = $1, reset_token = NULL WHERE reset_token = $2', [
      hash,
      String(req.body.token),
    ])
    res.sendStatus(204)
  })

  return router
}
