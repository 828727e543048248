# Two images from one file. The last one, `distroless`, is the default: Node, the libraries that it loads, and the service. `--target slim` gives
# the same service on the base image, with a shell and npm for those who look into containers.
# To pin the base for good: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim

# What npm reads, and nothing else: while it stays as it is, the next stage comes from the cache.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete

FROM ${NODE_IMAGE} AS dependencies
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --omit=dev --ignore-scripts --workspace apps/user-management --workspace tools/doctor
# The SBOM lists installed packages only; npm would complain that the others are missing, and about packages without a version.
RUN rm -r tools/bundle \
 && npm pkg delete devDependencies --workspaces --include-workspace-root \
 && npm pkg set "version=$(node -p 'require("./package.json").version')" --workspaces \
 && npm sbom --sbom-format=cyclonedx >sbom.json

# argon2 for two CPU levels. The faster one hashes one and a half times as many passwords as the other, and needs AVX2. -mneeded notes the
# level in the library, and glibc compares it with the CPU when the service starts: where the faster one does not fit, the service
# takes the other. Other architectures have no levels, and one build.
ARG CPU_LEVEL=x86-64-v2
RUN set -eu; \
    compile() { CFLAGS="$1" CXXFLAGS="$1" LDFLAGS=-s npm_config_nodedir=/usr/local npm rebuild --foreground-scripts argon2; }; \
    faster=node_modules/argon2/x86-64-v3/build/Release; \
    rm -rf node_modules/argon2/prebuilds; \
    if [ "$(dpkg --print-architecture)" = amd64 ]; then \
      compile '-march=x86-64-v3 -mneeded'; \
      mkdir --parents "$faster"; \
      mv node_modules/argon2/build/Release/argon2.node "$faster"; \
      rm -r node_modules/argon2/build; \
      compile "-march=$CPU_LEVEL -mneeded"; \
    else \
      compile ''; \
    fi; \
    cd node_modules/argon2; \
    find . -type f ! -path '*/build/Release/argon2.node' ! -name '*.cjs' ! -name package.json ! -name LICENSE -delete; \
    node -e 'require(".")'

# bcrypt checks the hashes of imported users, once each. It brings binaries for all systems.
RUN cd node_modules/bcrypt; \
    find . -type f ! -path "./prebuilds/linux-$(node -p process.arch)/bcrypt.glibc.node" ! -name bcrypt.js ! -name promises.js \
      ! -name package.json ! -name LICENSE -delete; \
    node -e 'require(".")'

COPY tools/image/src/health.c /tmp/
RUN gcc -static -Os -s -Wall -Werror -o /usr/local/bin/health /tmp/health.c

# What is not in the bundle: the packages with native libraries. The date is the one that npm gives to every file of a package, so that the
# same dependencies make the same layer.
RUN cd node_modules; \
    find . -mindepth 1 -maxdepth 1 ! -name argon2 ! -name bcrypt ! -name @phc ! -name node-gyp-build -exec rm -rf {} +; \
    find . -type f \( -name '*.d.ts' -o -name '*.map' -o -iname '*.md' \) -delete; \
    cd ..; \
    find . -mindepth 1 -maxdepth 1 ! -name node_modules ! -name sbom.json -exec rm -rf {} +; \
    find . -depth -type d -empty -delete; \
    node -e 'require("argon2"); require("bcrypt")'; \
    find . /usr/local/bin/health -exec touch --no-dereference --date=1985-10-26T08:15:00Z {} +

# One file for each program: docs/decisions/0028-bundle.md.
FROM ${NODE_IMAGE} AS bundle
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --omit=dev --ignore-scripts --workspace apps/user-management --workspace tools/doctor --workspace tools/bundle
COPY . .
RUN node tools/bundle/src/main.ts /bundle

FROM dependencies AS build
COPY --from=bundle /bundle ./
# What Node has compiled once it need not compile again. Node finds it by the user and by V8's flags, so both are those of the service. It ends
# with 69 when everything is loaded, and the doctor with 1, since no servers are here. What the service loads only where it is
# needed, such as its client for SMTP, is loaded by itself.
RUN install --directory --owner=10001 .compile-cache
USER 10001:10001
RUN export NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache REDIS_HOST=localhost; \
    set -- --max-semi-space-size=8 --no-allocation-site-pretenuring --heap-growing-percent=50; \
    node "$@" service.cjs 2>/dev/null; [ $? -eq 69 ] || exit 1; \
    for part in service-*.cjs; do node "$@" "./$part" || exit 1; done; \
    DATABASE_URL=postgres://localhost node doctor.cjs >/dev/null; [ $? -eq 1 ] && chmod -R a+rX .compile-cache
USER root
ARG SOURCE_DATE_EPOCH=0
RUN rm -rf node_modules sbom.json \
 && find . -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

# Node without its symbols, and what it, argon2 and bcrypt load, under the paths where they look for it.
FROM dependencies AS root
RUN set -eu; \
    mkdir --parents /root-tree/etc/ssl/certs /root-tree/tmp; \
    chmod 1777 /root-tree/tmp; \
    libraries=$(ldd /usr/local/bin/node node_modules/argon2/build/Release/argon2.node node_modules/bcrypt/prebuilds/*/*.node | grep -o '/[^ :]*\.so[^ )]*' | sort -u); \
    cp --dereference --parents /usr/local/bin/node $libraries /usr/local/bin/health /root-tree; \
    strip --strip-unneeded /root-tree/usr/local/bin/node; \
    if [ -e /etc/ssl/certs/ca-certificates.crt ]; then cp /etc/ssl/certs/ca-certificates.crt /root-tree/etc/ssl/certs/; fi; \
    echo 'hosts: files dns' >/root-tree/etc/nsswitch.conf; \
    echo 'service:x:10001:10001::/app:' >/root-tree/etc/passwd; \
    find /root-tree -exec touch --no-dereference --date=1985-10-26T08:15:00Z {} +

FROM ${NODE_IMAGE} AS slim
ARG NODE_IMAGE
# The memory of the hashes in large pages: docs/decisions/0031-large-pages.md.
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache ARGON2_PREBUILD=/app/node_modules/argon2/x86-64-v3 \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=134217728
WORKDIR /app
COPY --from=dependencies /usr/local/bin/health /usr/local/bin/health
COPY --from=dependencies /app /app
COPY --from=build /app /app
# infra has the same numbers. They belong to no user of the base image.
USER 10001:10001
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
# Alive, not ready: Swarm replaces an unhealthy container, and a new one would not bring a lost Redis back. A program of its own: to
# start Node for one request costs far more CPU.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["health"]
# The base image's own entry point is a shell script.
ENTRYPOINT []
# V8 would derive the size of its young generation from the memory of the machine or of the pod. Pretenuring keeps the garbage of an import
# until the next full collection, which comes when the heap has grown by half.
CMD ["node", "--max-semi-space-size=8", "--no-allocation-site-pretenuring", "--heap-growing-percent=50", "service.cjs"]
ARG VERSION
ARG REVISION
ARG CREATED
ARG SOURCE
LABEL org.opencontainers.image.title="user-management" \
      org.opencontainers.image.description="Registers users, logs them in and keeps their data, with Redis as cache and token store" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.url="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE}" \
      org.opencontainers.image.base.name="${NODE_IMAGE}"

FROM scratch AS distroless
ENV PATH=/usr/local/bin NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache ARGON2_PREBUILD=/app/node_modules/argon2/x86-64-v3 \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=134217728
WORKDIR /app
COPY --from=root /root-tree /
COPY --from=dependencies /app /app
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["health"]
CMD ["node", "--max-semi-space-size=8", "--no-allocation-site-pretenuring", "--heap-growing-percent=50", "service.cjs"]
ARG VERSION
ARG REVISION
ARG CREATED
ARG SOURCE
LABEL org.opencontainers.image.title="user-management" \
      org.opencontainers.image.description="Registers users, logs them in and keeps their data, with Redis as cache and token store" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.url="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE}"
