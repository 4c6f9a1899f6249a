import type { Binding, Expression, Origin, Parameter } from './expression.ts'
import type { FileFacts } from './file-facts.ts'
import { isReachable, takenBranch } from './is-reachable.ts'
import type { SgNode } from './open-parser.ts'
import { brief, clean, constant, isHarmful, join, plain, type TracedValue, tainted, unknown } from './traced-value.ts'

export interface TraceSettings {
  readonly from: readonly Origin[]
  readonly position: 'anywhere' | 'start'
  isSource(node: SgNode): boolean
  isSanitizer(node: SgNode): boolean
  isGuarded(node: SgNode): boolean
}

/** Calls inside calls that are followed; deeper ones count as not known. */
const maxCalls = 4
const maxDepth = 60
/** Expressions that are looked at for one question: code of people takes some dozens, code of machines would take forever. */
const maxSteps = 1500

interface Env {
  readonly depth: number
  readonly calls: number
  /** Arguments of the calls that were followed, by id of the function. */
  readonly args: ReadonlyMap<number, readonly (TracedValue | undefined)[]>
  /** Bindings that are being followed, against cycles. */
  readonly open: ReadonlySet<string>
}

/** Follows a value back through assignments, text building, known calls and functions of the same file. */
export function createTracer(facts: FileFacts, settings: TraceSettings): (node: SgNode) => TracedValue {
  const { root, syntax } = facts

  /** Values that no call and no cycle had a part in, by id of the node. */
  const known = new Map<number, TracedValue>()
  const reachable = new Map<number, boolean>()
  const state = { steps: 0, cuts: 0 }
  return (node) => {
    state.steps = 0
    return trace(node, { depth: 0, calls: 0, args: new Map(), open: new Set() })
  }

  function trace(node: SgNode, env: Env): TracedValue {
    if (env.args.size > 0) return traceOnce(node, env)
    const id = node.id()
    const earlier = known.get(id)
    if (earlier) return earlier
    const { cuts } = state
    const value = traceOnce(node, env)
    if (state.cuts === cuts) known.set(id, value)
    return value
  }

  function traceOnce(node: SgNode, outer: Env): TracedValue {
    if (outer.depth > maxDepth || ++state.steps > maxSteps) {
      state.cuts++
      return unknown
    }
    const env = { ...outer, depth: outer.depth + 1 }
    const text = plain(node)
    if (settings.isSanitizer(node)) return clean
    const source = sourceOf(node, text)
    if (source) return settings.isGuarded(node) ? clean : tainted(node, source)
    const expression = syntax.classify(node)
    switch (expression.kind) {
      case 'constant':
        return { ...constant, hasText: Boolean(expression.text) }
      case 'clean':
        return clean
      case 'unknown':
        return unknown
      case 'concat':
        return concat(expression.parts, env)
      case 'any':
        return join(
          expression.parts.filter((part) => takenBranch(node, part, facts) !== false).map((part) => trace(part, env)),
        )
      case 'name': {
        const value = traceName(expression.name, node, env)
        if (isHarmful(value) && settings.isGuarded(node)) return clean
        return value.level === 'unknown' && value.alias === undefined ? { ...value, alias: expression.name } : value
      }
      case 'member':
        return traceMember(node, expression, env)
      case 'call':
        return traceCall(node, expression, env)
    }
  }

  function traceMember(node: SgNode, { object, name }: Extract<Expression, { kind: 'member' }>, env: Env): TracedValue {
    const text = plain(node)
    if (syntax.cleanMembers.test(text) || facts.isCleanMember(text)) return clean
    const found = syntax.lookup?.(node)
    if (found) return join(found.map((value) => trace(value, env)))
    const field = name === undefined ? undefined : (traceProperty(object, name, env) ?? traceField(object, name, env))
    if (field) return isHarmful(field) && settings.isGuarded(node) ? clean : field
    const value = trace(object, env)
    if (!isHarmful(value)) return value
    if (settings.isGuarded(node)) return clean
    if (value.level === 'unknown' && value.alias !== undefined && name !== undefined) {
      const alias = `${value.alias}.${name}`
      const source = settings.from.find((origin) => syntax.sources[origin]?.members.test(alias))
      return source ? tainted(node, source) : { ...value, alias }
    }
    const [only, ...more] = value.steps
    return only && more.length === 0 && only.node.id() === object.id()
      ? { ...value, steps: [{ node, message: only.message.replace(/`.*`/s, `\`${brief(node)}\``) }] }
      : value
  }

  /** Of a literal object or dictionary the value of the key alone; undefined where the object can have it from elsewhere. */
  function traceProperty(object: SgNode, key: string, env: Env): TracedValue | undefined {
    const expression = syntax.classify(object)
    if (!syntax.property || expression.kind !== 'name') return undefined
    const scopes = object.ancestors().filter((node) => syntax.functionKinds.has(String(node.kind())))
    for (const [level, scope] of [...scopes, root].entries()) {
      const all = facts.bindingsOf(scope, expression.name)
      if (scope.id() !== root.id() && facts.parametersOf(scope).some((one) => one.name === expression.name))
        return undefined
      if (all.length === 0) continue
      const live = level === 0 ? liveAt(all, object.range().start.index) : all
      const values = live.map(({ value, adds, access }) =>
        value && !adds && access.length === 0 ? syntax.property?.(value, key) : undefined,
      )
      const known = values.filter((value) => value !== undefined)
      return known.length === values.length ? join(known.map((value) => trace(value, env))) : undefined
    }
    return undefined
  }

  /** `this.name`, where the file puts tainted values into it. */
  function traceField(object: SgNode, name: string, env: Env): TracedValue | undefined {
    if (!syntax.fieldValues || !/^(this|self)$/.test(object.text()) || !/^[\w$]+$/.test(name)) return undefined
    const key = `field:${name}`
    if (env.open.has(key)) {
      state.cuts++
      return undefined
    }
    const inner = { ...env, open: new Set([...env.open, key]) }
    const value = join(facts.fieldValues(name).map((one) => trace(one, inner)))
    return value.level === 'tainted' ? value : undefined
  }

  function traceCall(node: SgNode, call: Extract<Expression, { kind: 'call' }>, env: Env): TracedValue {
    const { callee, receiver, method, args } = call
    const found = syntax.lookup?.(node)
    if (found) return join(found.map((value) => trace(value, env)))
    if (syntax.cleanCalls.test(callee)) return clean
    if (syntax.passingCalls.test(callee)) return concat(args, env)
    if (receiver && method) {
      if (syntax.cleanMethods.has(method)) return clean
      if (isStripping(method, args)) return clean
      if (/^(map|flatMap|then|reduce)$/.test(method) && syntax.id === 'javascript')
        return traceMapped(receiver, args, env, method === 'reduce' ? 1 : 0)
      if (syntax.passingMethods.has(method) && !facts.functionCalled(callee)) return trace(receiver, env)
      // `queue.get()` takes what somebody else has put there.
      if (syntax.defaultingMethods?.has(method) && args.length === 0 && !facts.functionCalled(callee)) return unknown
      if (syntax.defaultingMethods?.has(method) && !facts.functionCalled(callee))
        return join([receiver, ...args.slice(1)].map((part) => trace(part, env)))
      if (syntax.joiningMethods.has(method)) {
        const parts = method === 'join' || method === 'replace' || method === 'replaceAll' ? args.slice(-1) : args
        const list = method === 'join' && syntax.id === 'python' ? [...args, receiver] : [receiver, ...parts]
        return concat(list, env)
      }
    }
    const source = receiver && method ? aliasedSource(receiver, method, env) : undefined
    if (source && receiver) return tainted(receiver, source)
    const fn = calledFunction(call)
    if (env.calls >= maxCalls) state.cuts++
    if (!fn) return syntax.sanitizerNames?.test(callee) ? clean : tracePassed(node, call, env)
    if (env.calls >= maxCalls) return unknown
    const values = argumentsOf(fn, args).map((arg) => (arg ? trace(arg, env) : undefined))
    const results = syntax.returns(fn).filter((result) => isReachable(result, facts))
    if (results.length === 0) return unknown
    return join(
      results.map((result) =>
        trace(result, { ...env, calls: env.calls + 1, args: new Map([...env.args, [fn.id(), values]]) }),
      ),
    )
  }

  function calledFunction({ callee, receiver, method }: Extract<Expression, { kind: 'call' }>): SgNode | undefined {
    if (syntax.functionCalled) return facts.functionCalled(callee)
    const own = /^(this\.)?([\w$]+)$/.exec(callee)
    if (own?.[2] && own[1] === undefined) return facts.functionNamed(own[2])
    if (own?.[2]) return methodNamed(own[2])
    return receiver && method && syntax.isOwnObject?.(receiver, facts, method) ? methodNamed(method) : undefined
  }

  function methodNamed(name: string): SgNode | undefined {
    return facts.functionNamed(`.${name}`) ?? facts.functionNamed(name)
  }

  /** By place of the parameters. */
  function argumentsOf(fn: SgNode, args: readonly SgNode[]): readonly (SgNode | undefined)[] {
    const { argumentFor } = syntax
    if (!argumentFor) return args
    const places: (SgNode | undefined)[] = []
    for (const parameter of facts.parametersOf(fn)) {
      if (parameter.index >= 0) places[parameter.index] = argumentFor(args, parameter)
    }
    return places
  }

  /** What a call that nothing is known of hands on, as the language has it by custom. */
  function tracePassed(node: SgNode, call: Extract<Expression, { kind: 'call' }>, env: Env): TracedValue {
    const value = join((syntax.passedOn?.(node, call) ?? []).map((part) => trace(part, env)))
    return value.level === 'tainted' ? value : unknown
  }

  /** Where `r.get('x')` comes from, if `r` is a `req` that was handed over. */
  function aliasedSource(receiver: SgNode, method: string, env: Env): Origin | undefined {
    if (!/^(name|member)$/.test(syntax.classify(receiver).kind)) return undefined
    const { alias } = trace(receiver, env)
    if (alias === undefined) return undefined
    return settings.from.find((origin) => syntax.sources[origin]?.calls.test(`${alias}.${method}`))
  }

  /** `list.map(item => …)`: what the function makes of an element. */
  function traceMapped(receiver: SgNode, args: readonly SgNode[], env: Env, index: number): TracedValue {
    const [fn] = args
    if (!fn) return unknown
    if (syntax.cleanCalls.test(plain(fn))) return clean
    if (!syntax.functionKinds.has(String(fn.kind()))) return trace(receiver, env)
    const element = trace(receiver, env)
    const results = syntax.returns(fn)
    const values = index === 0 ? [element, clean] : [constant, element, clean]
    return join(results.map((result) => trace(result, { ...env, args: new Map([...env.args, [fn.id(), values]]) })))
  }

  function concat(parts: readonly SgNode[], env: Env): TracedValue {
    const values: TracedValue[] = []
    for (const part of parts) {
      const value = trace(part, env)
      values.push(value)
      if (settings.position === 'start' && endsStart(part, value)) break
    }
    const result = join(values)
    return result.level === 'unknown' && result.hasText ? { ...result, level: 'built' } : result
  }

  /** True where what follows `part` can no longer change how the text begins. */
  function endsStart(part: SgNode, value: TracedValue): boolean {
    if (value.level === 'tainted') return true
    const expression = syntax.classify(part)
    const literal = expression.kind === 'constant' ? (expression.text ?? '') : undefined
    return literal === undefined || !/^((https?|wss?):?)?\/{0,2}$/.test(literal)
  }

  function traceName(name: string, use: SgNode, env: Env): TracedValue {
    const offset = use.range().start.index
    const scopes = use.ancestors().filter((node) => syntax.functionKinds.has(String(node.kind())))
    for (const [level, scope] of [...scopes, root].entries()) {
      const isSame = level === 0
      const bindings = facts.bindingsOf(scope, name)
      const parameter =
        scope.id() === root.id() ? undefined : facts.parametersOf(scope).find((one) => one.name === name)
      if (bindings.length === 0 && !parameter) continue
      const seen = isSame ? liveAt(bindings, offset) : bindings
      const live = seen.filter(({ value }) => !value || canHappen(value))
      const values = live.map((binding) => traceBinding(binding, env))
      const isSet = live.some((binding) => !binding.adds && isAround(binding.block, offset))
      if (parameter && !(isSame && isSet)) values.unshift(traceParameter(scope, parameter, env))
      return join(values)
    }
    // A name in capitals that comes from elsewhere is a constant by custom.
    return /^([A-Z][A-Z0-9_]*|__\w+__|__dirname|__filename)$/.test(name) ? clean : unknown
  }

  function canHappen(node: SgNode): boolean {
    const id = node.id()
    const answer = reachable.get(id) ?? isReachable(node, facts)
    reachable.set(id, answer)
    return answer
  }

  function traceBinding(binding: Binding, env: Env): TracedValue {
    if (!binding.value) return binding.adds ? constant : unknown
    const key = `${binding.name}:${binding.offset}:${binding.value.id()}`
    if (env.open.has(key)) {
      state.cuts++
      return constant
    }
    const inner = { ...env, open: new Set([...env.open, key]) }
    const source = accessSource(binding.value, binding.access)
    const value = source ? tainted(binding.value, source) : traceAccess(trace(binding.value, inner), binding)
    if (value.level !== 'tainted') return value
    return { ...value, steps: [...value.steps, { node: binding.value, message: `kept in \`${binding.name}\`` }] }
  }

  /** `const { query } = r`, where `r` is a `req` that was handed over. */
  function traceAccess(value: TracedValue, { value: node, access }: Binding): TracedValue {
    if (!node || value.level !== 'unknown' || value.alias === undefined || access.length === 0) return value
    const names = access.map((_, index) => [value.alias, ...access.slice(0, index + 1)].join('.'))
    const source = settings.from.find((origin) => names.some((name) => syntax.sources[origin]?.members.test(name)))
    return source ? tainted(node, source) : { ...value, alias: names.at(-1) ?? value.alias }
  }

  function traceParameter(fn: SgNode, parameter: Parameter, env: Env): TracedValue {
    if (/^(self|cls)$/.test(parameter.name)) return clean
    if (parameter.type && isCleanType(parameter.type)) return clean
    const args = env.args.get(fn.id())
    if (args) return args[parameter.index] ?? (parameter.fallback ? trace(parameter.fallback, env) : unknown)
    if (settings.from.includes('request') && syntax.isHandlerParameter(fn, parameter))
      return tainted(fn, 'request', parameter.name)
    if (settings.from.includes('argv') && syntax.isProgramArgument?.(fn, parameter))
      return tainted(fn, 'argv', parameter.name)
    const alias = syntax.parameterAlias?.(fn, parameter)
    if (alias !== undefined) return { ...unknown, alias }
    const element = elementReceiver(fn)
    if (element && parameter.index === element.index) return trace(element.receiver, env)
    const name = facts.nameOfFunction(fn)
    if (env.calls >= maxCalls) state.cuts++
    if (!name || env.calls >= maxCalls) return unknown
    const callEnv = { ...env, calls: env.calls + 1 }
    const values = facts.callsOf(name).map((call) => {
      const expression = syntax.classify(call)
      const arg = expression.kind === 'call' ? argumentsOf(fn, expression.args)[parameter.index] : undefined
      if (!arg) return parameter.fallback ? trace(parameter.fallback, callEnv) : unknown
      const value = trace(arg, callEnv)
      if (value.level !== 'tainted') return value
      return {
        ...value,
        steps: [
          ...value.steps,
          { node: arg, message: `handed to \`${name.replace(/^\./, '')}\` as \`${parameter.name}\`` },
        ],
      }
    })
    return syntax.isPrivate(fn, name) && values.length > 0 ? join(values) : join([...values, unknown])
  }

  function isCleanType(type: string): boolean {
    return syntax.cleanTypes.test(type) || facts.isCleanType(type)
  }

  /** `list` in `list.forEach(item => …)` and `promise` in `promise.then(value => …)`, for the function. */
  function elementReceiver(fn: SgNode): { readonly receiver: SgNode; readonly index: number } | undefined {
    const call = fn.parent()?.parent()
    if (!call) return undefined
    const expression = syntax.classify(call)
    if (expression.kind !== 'call' || !expression.receiver) return undefined
    const { receiver, method = '' } = expression
    if (/^reduce(Right)?$/.test(method)) return { receiver, index: 1 }
    return /^(map|flatMap|forEach|filter|find|some|every|then|subscribe)$/.test(method)
      ? { receiver, index: 0 }
      : undefined
  }

  function sourceOf(node: SgNode, text: string): TracedValue['origin'] {
    if (settings.isSource(node)) return 'rule'
    const expression = syntax.classify(node)
    if (expression.kind === 'member' && settings.from.includes('request') && syntax.isHandlerMember?.(node, text))
      return 'request'
    for (const origin of settings.from) {
      const source = syntax.sources[origin]
      if (!source) continue
      if ((expression.kind === 'member' || expression.kind === 'name') && source.members.test(text)) return origin
      if (expression.kind === 'call' && source.calls.test(expression.callee)) return origin
    }
    return undefined
  }

  /** `const { query: { id } } = req` is `req.query.id`. */
  function accessSource(value: SgNode, access: readonly string[]): TracedValue['origin'] {
    if (access.length === 0) return undefined
    const base = plain(value)
    return settings.from.find((origin) =>
      access.some((_, index) => syntax.sources[origin]?.members.test([base, ...access.slice(0, index + 1)].join('.'))),
    )
  }
}

const isAround = ([start, end]: Binding['block'], offset: number): boolean => start <= offset && offset < end

/** The bindings whose value a use can see: since the last one that certainly happens before it. */
function liveAt(bindings: readonly Binding[], offset: number): readonly Binding[] {
  const before = bindings.filter((binding) => binding.offset <= offset)
  if (before.length === 0) return bindings
  const last = before.findLastIndex((binding) => !binding.adds && isAround(binding.block, offset))
  return before.slice(Math.max(last, 0))
}

/** `text.replace(/[^a-z0-9]/g, '')` and `text.match(/^[a-z0-9]+$/)` leave only what they name. */
function isStripping(method: string, args: readonly SgNode[]): boolean {
  const [pattern, replacement] = args
  if (method === 'match' && pattern?.kind() === 'regex')
    return /^\/\^[\w[\](){},:?*+-]*\$\/[dgisuvy]*$/.test(pattern.text())
  if (!/^(replace|replaceAll)$/.test(method) || pattern?.kind() !== 'regex') return false
  return /^\/\[\^[^\]]*\][+*]?\/[a-z]*g/.test(pattern.text()) && /^(['"`])[\w-]?\1$/.test(replacement?.text() ?? '')
}
