const MAIL = /^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$/
const COUPON = /^([A-Z0-9]+-?)*$/
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/
const PHONE = /^\+?\d{1,3}( \d{2,4}){2,4}$/

export function isMailAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 254 && MAIL.test(value)
}

export function isCoupon(value: string): boolean {
  return COUPON.test(value)
}

export function isSlug(value: string): boolean {
  return value.length <= 80 && SLUG.test(value)
}

export function isPhone(value: string): boolean {
  return value.length <= 24 && PHONE.test(value)
}
