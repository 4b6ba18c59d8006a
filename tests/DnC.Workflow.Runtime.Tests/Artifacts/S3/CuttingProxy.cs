using System.Net;
using System.Net.Sockets;

namespace DnC.Workflow.Runtime.Tests.Artifacts.S3;

/// <summary>Stands between a client and the server, and cuts the line after so many bytes; then it lets so many connections down before it works again.</summary>
public sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _open = [];
    private readonly Lock _gate = new();
    private readonly int _server;
    private long _allowance = long.MaxValue;
    private int _refusals;

    public CuttingProxy(int server)
    {
        _server = server;
        _listener.Start();
        new Thread(Accept) { IsBackground = true, Name = "proxy" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes that went either way.</summary>
    public long Sent { get; private set; }

    public long Received { get; private set; }

    /// <summary>Cuts the line when this many more bytes have gone through, either way, and refuses the next connections.</summary>
    public void CutAfter(long bytes, int refusals)
    {
        lock (_gate)
            (_allowance, _refusals) = (bytes, refusals);
    }

    public void Dispose()
    {
        _listener.Stop();
        Cut();
    }

    private void Accept()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = _listener.AcceptTcpClient();
            }
            catch (SocketException)
            {
                return;
            }

            lock (_gate)
            {
                if (_allowance <= 0)
                {
                    if (--_refusals <= 0)
                        _allowance = long.MaxValue;
                    client.Dispose();
                    continue;
                }

                var server = new TcpClient("127.0.0.1", _server);
                _open.AddRange([client, server]);
                new Thread(() => Pump(client, server, up: true)) { IsBackground = true, Name = "proxy up" }.Start();
                new Thread(() => Pump(server, client, up: false)) { IsBackground = true, Name = "proxy down" }.Start();
            }
        }
    }

    private void Pump(TcpClient from, TcpClient to, bool up)
    {
        var buffer = new byte[1 << 16];
        try
        {
            int read;
            while ((read = from.GetStream().Read(buffer)) > 0)
            {
                lock (_gate)
                {
                    _allowance = _allowance == long.MaxValue ? _allowance : _allowance - read;
                    if (_allowance <= 0)
                        Cut();
                    (Sent, Received) = up ? (Sent + read, Received) : (Sent, Received + read);
                }

                to.GetStream().Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or SocketException)
        {
            // The line is cut.
        }

        from.Dispose();
        to.Dispose();
    }

    private void Cut()
    {
        lock (_gate)
        {
            foreach (var client in _open)
                client.Dispose();
            _open.Clear();
        }
    }
}
