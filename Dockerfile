# One image for every service; which one runs says its command: node services/<name>/dist/main.js
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /srm
COPY . .
RUN npm ci --no-audit --no-fund && npx tsc -b
# What builds find beside their workspace: the compiler.
RUN mkdir -p tools/.bin tools/@types \
  && cp -R node_modules/typescript node_modules/undici-types tools/ && cp -R node_modules/@types/node tools/@types/ \
  && ln -s ../typescript/bin/tsc tools/.bin/tsc
RUN npm prune --omit=dev --no-audit --no-fund \
  && find schemas packages services -name node_modules -prune -o -type f \( -name '*.test.*' -o -name '*.map' -o -name '*.tsbuildinfo' \) -exec rm -f {} +

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production HEALTH_HOST=127.0.0.1 HEALTH_PORT=7071
WORKDIR /srm
COPY --from=build /srm/package.json ./
COPY --from=build /srm/node_modules ./node_modules
COPY --from=build /srm/tools ./tools
COPY --from=build /srm/schemas ./schemas
COPY --from=build /srm/packages ./packages
COPY --from=build /srm/services ./services
# What bridges keep lies below /data, sources of products below /sources.
RUN install -d -o node -g node /data /sources
USER node
EXPOSE 7070
STOPSIGNAL SIGTERM
CMD ["node", "services/query-api/dist/main.js"]
