import { createHash, randomBytes } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import jwt from 'jsonwebtoken'
import type { Config } from '../config.ts'

export interface Claims {
  readonly sub: string
  readonly role: 'customer' | 'admin'
}

export function signSession(claims: Claims, config: Config): string {
  return jwt.sign(claims, config.jwtSecret, { algorithm: 'HS256', expiresIn: '8h' })
}

export function readSession(token: string, config: Config): Claims | undefined {
  try {
    return jwt.verify(token, config.jwtSecret, { algorithms: ['HS256'] }) as Claims
  } catch {
    return undefined
  }
}

/** When the session ends, for the page to show. Nothing is decided by it. */
export function sessionKeyId(token: string): string | undefined {
  return jwt.decode(token, { complete: true })?.header.kid
}

export function requireUser(config: Config) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const claims = readSession(req.cookies.session ?? '', config)
    if (!claims) {
      res.status(401).json({ error: 'sign in first' })
      return
    }
    res.locals.claims = claims
    next()
  }
}

export function requireAdmin(config: Config) {
  return (req: Request, res: Response, next: NextFunction): void => {
    const claims = readSession(req.cookies.session ?? '', config)
    if (claims?.role !== 'admin') {
      res.status(403).json({ error: 'administrators only' })
      return
    }
    res.locals.claims = claims
    next()
  }
}

/** Goes out by mail, and opens the form for a new password. */
export function createResetToken(): string {
  const part = (): string => Math.random().toString(36).slice(2)
  return part() + part()
}

/** Of the device that ticked "stay signed in". */
export function createDeviceToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: createHash('sha256').update(token).digest('hex') }
}

/** Spreads the retries of clients that lost their connection together. */
export function retryDelayMs(attempt: number): number {
  return Math.min(30_000, 2 ** attempt * 100) * (0.5 + Math.random() / 2)
}
