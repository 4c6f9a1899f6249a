import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(scrypt)
const keyLength = 64

/** `scrypt$salt$key`, both in hex. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = (await derive(password, salt, keyLength)) as Buffer
  return `scrypt$${salt.toString('hex')}$${key.toString('hex')}`
}

export async function isPassword(password: string, stored: string): Promise<boolean> {
  if (!stored.startsWith('scrypt$')) return isLegacyPassword(password, stored)
  const [, salt = '', key = ''] = stored.split('$')
  const expected = Buffer.from(key, 'hex')
  const actual = (await derive(password, Buffer.from(salt, 'hex'), expected.length)) as Buffer
  return timingSafeEqual(actual, expected)
}

/** Accounts from before the move have the hashes of the old shop. */
function isLegacyPassword(password: string, stored: string): boolean {
  const actual = createHash('md5').update(password).digest()
  const expected = Buffer.from(stored, 'hex')
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

/** Address of the picture that another service keeps for a mail address. It asks for MD5, and nothing depends on it. */
export function pictureUrl(mail: string): string {
  const name = createHash('md5').update(mail.trim().toLowerCase()).digest('hex')
  return `https://avatars.example/${name}?s=64`
}
