/** The port with some of its methods replaced. */
export function variant<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get: (_, name) => {
      const member: unknown = Reflect.get(methods, name) ?? Reflect.get(port, name);
      return typeof member === 'function' ? (member.bind(port) as unknown) : member;
    },
  });
}
