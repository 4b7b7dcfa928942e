# Tampinha as a container: `serve`, the API and the page with the bundled model, and `train`, everything that trains a
# model. docs/release.md says how to build, pin and run them; test/deploy/image.test.ts carries the steps out.
#
#   docker build --target serve --tag tampinha .
#   docker build --target train --tag tampinha-train .

# Tags move. For a build that can be repeated, name the digests as docs/release.md says:
# --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
# Process 1 that passes signals on and collects orphans: Node as process 1 would ignore SIGTERM until the model is loaded.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install script here: Node is there, and ONNX Runtime's would fetch CUDA.
RUN --mount=type=cache,target=/root/.npm npm ci --prefer-offline --ignore-scripts

FROM dependencies AS page
COPY samples samples
COPY src src
RUN npm run build:web

FROM dependencies AS production
# The bill of materials is drawn up without the tools: beside them npm leaves out what they need as well.
# Of these, a server reads neither other platforms' inference engines nor types, maps and manuals.
RUN npm pkg delete devDependencies \
  && npm prune --ignore-scripts \
  && npm sbom --sbom-format=cyclonedx --sbom-type=application > sbom.cdx.json \
  && find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 \
    ! -path "*/linux/$(node -p process.arch)" -exec rm -r {} + \
  && find node_modules -type f \
    \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -iname 'readme*.md' -o -iname 'changelog.md' \) \
    -delete

# Debian and Node's binary alone: no npm, no compiler, nothing that a server does not run.
FROM ${DEBIAN_IMAGE} AS serve
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Tampinha" \
  org.opencontainers.image.description="Open or closed: tells the state of a beer bottle from a photograph" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
COPY --from=dependencies /usr/bin/tini /usr/local/bin/node /usr/local/bin/
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=production /app/sbom.cdx.json ./
COPY --from=production /app/node_modules node_modules
COPY models/default models/default
COPY --from=page /app/build/web build/web
COPY src src
COPY deploy/image/health-check.ts deploy/image/health-check.ts
# /data is the only folder that is written to; the number stands for whom the image has no name.
RUN ln -s /app/src/cli/main.ts /usr/local/bin/tampinha \
  && install --directory --owner=1000 --group=1000 /data
# On every address of the container, and so, unless AUTH says otherwise, for those with a key (docs/security.md).
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8501 DATA_DIR=/data
VOLUME /data
EXPOSE 8501
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "/app/deploy/image/health-check.ts"]
ENTRYPOINT ["tini", "--", "tampinha"]
CMD ["serve"]

FROM dependencies AS train
# Chromium draws the rendered bottles, the fonts the labels on them.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends chromium fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/*
COPY LICENSE ./
COPY annotations annotations
# A model's golden answers are those to the samples.
COPY samples samples
COPY models/default models/default
COPY src src
RUN ln -s /app/src/cli/main.ts /usr/local/bin/tampinha \
  && install --directory --owner=1000 --group=1000 /runs
# Runs and the cache of decoded pictures lie in /runs; Chromium keeps its profile below HOME.
ENV HOME=/tmp
WORKDIR /runs
VOLUME /runs
USER 1000:1000
ENTRYPOINT ["tini", "--", "tampinha"]
CMD ["train", "--help"]
