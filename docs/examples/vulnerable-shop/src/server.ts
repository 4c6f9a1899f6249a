import cookieParser from 'cookie-parser'
import cors from 'cors'
import express from 'express'
import { loadConfig } from './config.ts'
import { createPool } from './db.ts'
import { requireAdmin, requireUser } from './auth/sessions.ts'
import { adminRoutes } from './routes/admin.ts'
import { authRoutes } from './routes/auth.ts'
import { fileRoutes } from './routes/files.ts'
import { orderRoutes } from './routes/orders.ts'
import { productRoutes } from './routes/products.ts'
import { webhookRoutes } from './routes/webhooks.ts'

const config = loadConfig()
const pool = createPool(config)
const app = express()

app.disable('x-powered-by')
app.use(cookieParser())
app.use(
  express.json({
    limit: '200kb',
    verify: (req, _res, buffer) => {
      Object.assign(req, { rawBody: buffer })
    },
  }),
)

// The catalogue is public, and has no cookies to protect.
app.use('/catalogue', cors({ origin: '*' }))

// The partner portal lives on another host.
app.use('/partners', cors({ origin: ['https://partners.example'], credentials: true }))

// The app of the shop.
app.use('/api', cors({ origin: true, credentials: true }))

app.use('/catalogue', productRoutes(pool))
app.use('/api/auth', authRoutes(pool, config))
app.use('/api/orders', requireUser(config), orderRoutes(pool))
app.use('/api/files', requireUser(config), fileRoutes())
app.use('/api/admin', requireAdmin(config), adminRoutes(pool))
app.use('/hooks', webhookRoutes(pool, config))

app.get('/health', (_req, res) => {
  res.send('ok')
})

app.use((req, res) => {
  res.status(404).json({ error: 'not found', path: req.path })
})

app.listen(config.port, () => {
  console.log(`listening on ${config.port}`)
})
