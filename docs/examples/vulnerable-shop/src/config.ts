/** Settings of the service, read once when it starts. */
export interface Config {
  readonly port: number
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly jwtSecret: string
  readonly shopUrl: string
  readonly production: boolean
  readonly payment: {
    readonly endpoint: string
    readonly apiKey: string
    readonly webhookSecret: string
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

export function loadConfig(): Config {
  return {
    port: Number(process.env.PORT ?? 8080),
    databaseUrl: process.env.DATABASE_URL ?? 'postgres://shop:shop@localhost:5432/shop',
    redisUrl: process.env.REDIS_URL ?? 'redis://localhost:6379',
    jwtSecret: required('JWT_SECRET'),
    shopUrl: process.env.SHOP_URL ?? 'https://shop.example',
    production: process.env.NODE_ENV === 'production',
    payment: {
      endpoint: 'https://api.payments.example/v2',
      apiKey: 'pk9_7Hq2ZxW4mTbR8sLdN3vKc6Ya',
      webhookSecret: required('PAYMENT_WEBHOOK_SECRET'),
    },
  }
}

/** Names under which the settings page shows them; the values are never sent. */
export const labels = {
  jwtSecret: 'settings.jwt_secret.label',
  apiKey: 'Key of the payment provider',
  password: 'changeme',
}
