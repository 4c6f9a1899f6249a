const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const hex = '0123456789abcdef'

/** A text that looks random and is the same for the same seed: no secret stands in our own files, and none is a real one. */
export function madeUpText(length: number, seed = 1, alphabet = letters): string {
  let state = seed * 2654435761
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return alphabet.charAt((state >>> 8) % alphabet.length)
  }).join('')
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** One of each kind that is told by its own shape: id of the rule, and a value put together when it is asked for. */
export function madeUpSecrets(seed = 1): Readonly<Record<string, string>> {
  const text = (length: number) => madeUpText(length, seed)
  const digits = (length: number) => madeUpText(length, seed, hex)
  const armour = 'PRIVATE KEY-----'
  return {
    'secret-github-token': ['ghp', text(36)].join('_'),
    'secret-gitlab-token': ['glpat', text(20)].join('-'),
    'secret-aws-access-key': `AK${'IA'}${madeUpText(16, seed, upper)}`,
    'secret-google-api-key': `AI${'za'}${text(35)}`,
    'secret-slack-token': ['xoxb', '230918475610', '6382910475829', text(24)].join('-'),
    'secret-stripe-key': ['sk', 'live', text(24)].join('_'),
    'secret-npm-token': ['npm', text(36)].join('_'),
    'secret-pypi-token': ['pypi', `AgEIcHlwaS5vcmc${text(60)}`].join('-'),
    'secret-anthropic-key': ['sk', 'ant', 'api03', text(95)].join('-'),
    'secret-model-key': ['sk', 'proj', text(64)].join('-'),
    'secret-huggingface-token': ['hf', text(34)].join('_'),
    'secret-sendgrid-key': ['SG', text(22), text(43)].join('.'),
    'secret-digitalocean': ['dop', 'v1', digits(64)].join('_'),
    'secret-vault': ['hvs', text(90)].join('.'),
    'secret-databricks': `da${'pi'}${digits(32)}`,
    'secret-docker-token': ['dckr', 'pat', text(27)].join('_'),
    'secret-jwt': [encoded({ alg: 'HS256', typ: 'JWT' }), encoded({ sub: text(12) }), text(43)].join('.'),
    'secret-private-key': `-----BEGIN RSA ${armour}\n${text(64)}\n${text(128).slice(64)}\n${text(190).slice(128)}\n-----END RSA ${armour}`,
    'secret-url-password': `postgres://shop:${text(16)}@db.internal:5432/shop`,
    'secret-authorization': `Authorization: Bearer ${text(40)}`,
  }
}
