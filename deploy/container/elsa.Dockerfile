# The Elsa server with Studio: runs are started, watched and done again from there; workers are elsewhere. From the repository's root:
#   docker build -f deploy/container/elsa.Dockerfile -t dnc:elsa .
#   docker run -p 5100:5100 -e DNC_POSTGRES -e DNC_ELSA_PASSWORD -e DNC_ELSA_SIGNING_KEY -v /path/to/images:/data:ro dnc:elsa
FROM node:22-slim AS studio
WORKDIR /studio
RUN npm install --no-audit --no-fund @elsa-workflows/elsa-studio-wasm@3.8.2

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src src
COPY workflows workflows
# libtorch is for an engine in this process, which a server with workers elsewhere never starts.
RUN dotnet publish src/DnC.Workflow.Elsa.Host -c Release -r linux-x64 --self-contained false -p:WithElsa=true -p:DebugType=none -o /app \
    && rm -f /app/libtorch*.so /app/lib*_test.so /app/libbackend_with_compiler.so /app/libnnapi_backend.so /app/libaoti_custom_ops.so

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN mkdir -p /work && chown app:app /work
COPY --from=build /app /opt/dnc-elsa
COPY --from=studio /studio/node_modules/@elsa-workflows/elsa-studio-wasm /opt/studio
ENV PATH="/opt/dnc-elsa:${PATH}" DOTNET_EnableDiagnostics=0
USER app
WORKDIR /work
VOLUME /work
EXPOSE 5100
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/5100 && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q 200"]
STOPSIGNAL SIGTERM
# Without a database it would be a first look with an engine of its own, whose libtorch is not here: then it says so and ends.
ENV DNC_ELSA_NEEDS_POSTGRES=1
ENTRYPOINT ["/opt/dnc-elsa/dnc-elsa"]
CMD ["--url", "http://0.0.0.0:5100", "--root", "/work", "--studio", "/opt/studio"]
