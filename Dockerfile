# With a digest to pin it for good: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app

# Of the workspaces only those that the service and the doctor consist of.
COPY package.json package-lock.json .npmrc ./
COPY domain/package.json domain/
COPY adapters/argon2/package.json adapters/argon2/
COPY adapters/crypto/package.json adapters/crypto/
COPY adapters/http/package.json adapters/http/
COPY adapters/memory/package.json adapters/memory/
COPY adapters/prometheus/package.json adapters/prometheus/
COPY adapters/redis/package.json adapters/redis/
COPY adapters/settings/package.json adapters/settings/
COPY adapters/sql/package.json adapters/sql/
COPY apps/user-management/package.json apps/user-management/
COPY tools/doctor/package.json tools/doctor/
RUN npm ci --omit=dev --ignore-scripts --workspace apps/user-management --workspace tools/doctor
# What is not installed is not in the bill of materials; npm would complain that it is missing.
RUN npm pkg delete devDependencies --workspaces --include-workspace-root && npm sbom --sbom-format=cyclonedx >sbom.json

# From its source for this CPU level, a password takes little more than half of the time that the package's binary for every CPU needs.
# -mneeded notes the level in the library, which glibc compares with the CPU when the service starts. Other architectures have no levels.
ARG CPU_LEVEL=x86-64-v2
RUN set -eu; \
    if [ "$(dpkg --print-architecture)" = amd64 ]; then flags="-march=$CPU_LEVEL -mneeded"; else flags=; fi; \
    rm -rf node_modules/argon2/prebuilds; \
    CFLAGS="$flags" CXXFLAGS="$flags" LDFLAGS=-s npm_config_nodedir=/usr/local npm rebuild --foreground-scripts argon2; \
    cd node_modules/argon2; \
    find . -type f ! -path ./build/Release/argon2.node ! -name '*.cjs' ! -name package.json ! -name LICENSE -delete; \
    find . -type d -empty -delete; \
    node -e 'require(".")'

COPY domain domain
COPY adapters adapters
COPY apps apps
COPY tools tools

# What Node has compiled once it need not compile again. It looks for that by user and flags, so both are those of the service, which
# ends with 69, since no Redis is here, when everything is loaded.
RUN install --directory --owner=10001 .compile-cache
USER 10001:10001
RUN NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache REDIS_HOST=localhost \
    node --max-semi-space-size=4 apps/user-management/src/main.ts 2>/dev/null; [ $? -eq 69 ] && chmod -R a+rX .compile-cache

# Nothing runs in this stage, and nothing but Node runs in a container: neither needs a shell.
FROM ${NODE_IMAGE}
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache
WORKDIR /app
COPY --from=build /app /app
# Belongs to nobody, also not to a name in /etc/passwd; infra/src/identity.ts has the same numbers.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# Alive, not ready: Swarm replaces what is unhealthy, and a new container would not bring a lost Redis back. To load `fetch` would
# double what the question takes.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "http.get(`http://127.0.0.1:${process.env.PORT || 8080}/livez`, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# The base image's own entry point is a shell script.
ENTRYPOINT []
# Loading the modules makes garbage once; for that alone V8 would grow its young generation, and keep it.
CMD ["node", "--max-semi-space-size=4", "apps/user-management/src/main.ts"]

ARG VERSION
ARG REVISION
ARG CREATED
LABEL org.opencontainers.image.title="user-management" \
      org.opencontainers.image.description="Registers users, logs them in, keeps their data, with Redis as cache and token store" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
