import type { FileFacts } from './file-facts.ts'
import type { SgNode } from './open-parser.ts'

/** What an expression does with values, whatever the language spells it like. */
export type Expression =
  /** A literal; `text` where it is one of text. */
  | { readonly kind: 'constant'; readonly text?: string }
  /** A number, a truth value, a function: nothing that could carry an attack. */
  | { readonly kind: 'clean' }
  | { readonly kind: 'unknown' }
  /** Text put together in this order. */
  | { readonly kind: 'concat'; readonly parts: readonly SgNode[] }
  /** One of these, or a container of them. */
  | { readonly kind: 'any'; readonly parts: readonly SgNode[] }
  | { readonly kind: 'name'; readonly name: string }
  /** `object.name` or `object['name']`, or `object[…]` without a name. */
  | { readonly kind: 'member'; readonly object: SgNode; readonly name?: string }
  | {
      readonly kind: 'call'
      /** Text of what is called, such as `path.join`; without line breaks and `?.`. */
      readonly callee: string
      readonly receiver?: SgNode
      readonly method?: string
      readonly args: readonly SgNode[]
    }

/** One way in which a name gets a value. */
export interface Binding {
  readonly name: string
  /** Absent: a value that is not known. */
  readonly value?: SgNode
  /** Properties that are taken out of `value`, outermost first. */
  readonly access: readonly string[]
  /** True where it makes the name, so that one outside is another. */
  readonly declares?: boolean
  /** True where it adds to the value that the name had. */
  readonly adds: boolean
  /** Where the binding ends, as an offset; a use before that does not see it. */
  readonly offset: number
  /** The block in which it always happens, as offsets. */
  readonly block: readonly [start: number, end: number]
}

export interface Parameter {
  readonly name: string
  /** Place among the arguments of a call. */
  readonly index: number
  readonly access: readonly string[]
  /** Declared type, as written. */
  readonly type?: string
  /** Default value. */
  readonly fallback?: SgNode
}

/** Kinds of places where values come from that somebody else may control. */
export const origins = ['request', 'argv', 'env', 'file', 'network'] as const
export type Origin = (typeof origins)[number]

/** Families of languages that are followed alike. */
export type SyntaxId = 'javascript' | 'python' | 'go' | 'java' | 'bash' | 'markup'

/** All that following values needs to know of a language. */
export interface Syntax {
  readonly id: SyntaxId
  classify(node: SgNode): Expression
  readonly functionKinds: ReadonlySet<string>
  /** Bindings of a function or of the module, without those of functions inside. */
  bindings(scope: SgNode): readonly Binding[]
  parameters(fn: SgNode): readonly Parameter[]
  /** The expressions that a function can return. */
  returns(fn: SgNode): readonly SgNode[]
  /** Functions of the file, by the name that a plain call has; `.name` for those that need an object. */
  localFunctions(root: SgNode): ReadonlyMap<string, SgNode>
  /** The function of the file that a call means, by callee; absent: one that is called by its name alone. */
  functionCalled?(callee: string, functions: ReadonlyMap<string, SgNode>, text: string): SgNode | undefined
  /** The argument that a parameter gets; absent: that of its place. */
  argumentFor?(args: readonly SgNode[], parameter: Parameter): SgNode | undefined
  /** Calls of a function of the file. */
  callsOf(root: SgNode, name: string): readonly SgNode[]
  /** Value of a key in a literal container; undefined where the container is no literal, or may have it in another way. */
  property?(container: SgNode, key: string): SgNode | undefined
  /** What the file puts into `this.name`. */
  fieldValues?(root: SgNode, name: string): readonly SgNode[]
  /** What a lookup in a collection gives that the code fills itself; undefined where it can have it from elsewhere. */
  lookup?(call: SgNode): readonly SgNode[] | undefined
  /** True where a method of the object is one of this file. */
  isOwnObject?(receiver: SgNode, facts: FileFacts, method: string): boolean
  /** What the value of a call comes from by custom, of which nothing else is known. */
  passedOn?(node: SgNode, call: Extract<Expression, { kind: 'call' }>): readonly SgNode[]
  /** Gives the full names of what is called, by way of what the file imports. */
  nameOf?(root: SgNode): (callee: SgNode) => string
  /** True where only code of this file can call the function. */
  isPrivate(fn: SgNode, name: string): boolean
  /** True where the framework calls the function and the parameter holds data of the request. */
  isHandlerParameter(fn: SgNode, parameter: Parameter): boolean
  /** True inside a function that only a runner of tests calls. */
  isTestCode?(node: SgNode): boolean
  /** True where a framework fills the parameter from the command line. */
  isProgramArgument?(fn: SgNode, parameter: Parameter): boolean
  /** True for a member that holds data of the request because of the class around it. */
  isHandlerMember?(node: SgNode, text: string): boolean
  /** True for a member that holds no text of strangers, by what the file says elsewhere. */
  isCleanMember?(text: string, code: string): boolean
  /** True for a type of the file that has fixed values. */
  isCleanType?(type: string, code: string): boolean
  /** What a parameter stands for whatever it is called, such as `req` for the first of a handler. */
  parameterAlias?(fn: SgNode, parameter: Parameter): string | undefined
  /** Calls whose value comes from their arguments, by callee. */
  readonly passingCalls: RegExp
  /** Calls whose value does no harm, by callee. */
  readonly cleanCalls: RegExp
  /** Methods whose value comes from the receiver. */
  readonly passingMethods: ReadonlySet<string>
  /** Methods whose value comes from the receiver and the arguments. */
  readonly joiningMethods: ReadonlySet<string>
  /** Methods whose value comes from the receiver, or is what the second argument gives. */
  readonly defaultingMethods?: ReadonlySet<string>
  readonly cleanMethods: ReadonlySet<string>
  /** Calls of functions of other files that by their name make a value harmless. */
  readonly sanitizerNames?: RegExp
  /** Members that are numbers or fixed by the program. */
  readonly cleanMembers: RegExp
  readonly cleanTypes: RegExp
  readonly sources: Readonly<Partial<Record<Origin, ValueSource>>>
}

/** Where values of one origin come from. */
export interface ValueSource {
  /** Member expressions, without white space and `?.`. */
  readonly members: RegExp
  /** Calls, by callee. */
  readonly calls: RegExp
  /** Every file that has one matches this. */
  readonly hint: RegExp
}
