// Loaded before the program (NODE_OPTIONS=--require): writes down each connection, datagram and name lookup that its process asks for.
const dgram = require('node:dgram')
const dns = require('node:dns')
const { appendFileSync } = require('node:fs')
const net = require('node:net')

const file = process.env.CONNECTIONS_FILE
const note = (what) => appendFileSync(file, `${what}\n`)

/** Calls what was there, once it is written down what for. */
const watch = (owner, name, describe) => {
  const original = owner[name]
  owner[name] = function (...given) {
    const what = describe(given)
    if (what !== undefined) note(what)
    return Reflect.apply(original, this, given)
  }
}

const flat = (given) => (Array.isArray(given[0]) ? given[0][0] : given[0])
watch(net.Socket.prototype, 'connect', (given) => {
  const to = flat(given)
  if (typeof to === 'object' && to !== null)
    return to.path ? `path ${to.path}` : `tcp ${to.host ?? 'localhost'}:${to.port}`
  return typeof to === 'number' ? `tcp ${given[1] ?? 'localhost'}:${to}` : `path ${to}`
})
watch(dgram.Socket.prototype, 'send', () => 'udp')
watch(dgram.Socket.prototype, 'connect', () => 'udp')
// Addresses are no names: looking one up asks nobody.
const lookedUp = ([name]) => (net.isIP(String(name)) ? undefined : `name ${name}`)
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveTxt', 'resolveSrv', 'resolveAny'])
  watch(dns, name, lookedUp)
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) watch(dns.promises, name, lookedUp)
note('watching')
