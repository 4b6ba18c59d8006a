using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DnC.Workflow.Runtime.Tests.Postgres;

/// <summary>Stands before a PostgreSQL and gives it another major version, of as many digits: the server's own words but for those two bytes.</summary>
public sealed class AgeingProxy : IDisposable
{
    private static readonly byte[] Told = Encoding.ASCII.GetBytes("server_version\0");

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly byte[] _major;

    public AgeingProxy(int server, string major)
    {
        (_server, _major) = (server, Encoding.ASCII.GetBytes(major));
        _listener.Start();
        new Thread(Accept) { IsBackground = true, Name = "ageing proxy" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Stop();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptTcpClient();
                var server = new TcpClient("127.0.0.1", _server);
                new Thread(() => Pump(client, server, _ => { })) { IsBackground = true }.Start();
                new Thread(() => Pump(server, client, Age)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // Disposed of.
        }
    }

    // The parameters come in one piece, after the password was taken.
    private void Age(Span<byte> bytes)
    {
        if (bytes.IndexOf(Told) is var at and >= 0)
            _major.CopyTo(bytes[(at + Told.Length)..]);
    }

    private static void Pump(TcpClient from, TcpClient to, SpanAction change)
    {
        using (from)
        using (to)
        {
            var buffer = new byte[1 << 16];
            try
            {
                int read;
                while ((read = from.GetStream().Read(buffer)) > 0)
                {
                    change(buffer.AsSpan(0, read));
                    to.GetStream().Write(buffer, 0, read);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or SocketException)
            {
                // Either side has left.
            }
        }
    }

    private delegate void SpanAction(Span<byte> bytes);
}
