# A worker (or a submitter) on the CPU. Build from the repository's root:
#   docker build -f deploy/container/cpu.Dockerfile -t dnc:cpu .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src src
COPY workflows workflows
RUN dotnet publish src/DnC.Workflow.Cli -c Release -r linux-x64 --self-contained false -p:DebugType=none -o /app \
    && rm -f /app/libtorch_python.so /app/lib*_test.so /app/libbackend_with_compiler.so /app/libnnapi_backend.so /app/libaoti_custom_ops.so

FROM mcr.microsoft.com/dotnet/runtime:10.0
# The image's own unprivileged user ('app', 1654) owns the work folder and nothing else.
RUN mkdir -p /work && chown app:app /work
COPY --from=build /app /opt/dnc
COPY workflows /opt/dnc/workflows
COPY --chmod=755 deploy/container/alive.sh /opt/dnc/alive.sh
ENV PATH="/opt/dnc:${PATH}" DNC_NATIVE_CACHE=/work/native DOTNET_EnableDiagnostics=0
USER app
WORKDIR /work
VOLUME /work
# The worker touches /work/alive at every heartbeat, whether the database is there or not: an outage is no reason to kill a training.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/opt/dnc/alive.sh", "/work/alive"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/dnc/dnc"]
CMD ["worker", "--queues", "cpu:1", "--device", "cpu", "--work", "/work"]
