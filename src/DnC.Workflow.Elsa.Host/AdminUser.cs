using Elsa.Extensions;
using Elsa.Identity.Contracts;
using Elsa.Identity.Entities;
using Elsa.Identity.Models;

namespace DnC.Workflow.Elsa.Host;

/// <summary>The one user there is: 'admin', with the password of this server.</summary>
internal sealed class AdminUser : IUserProvider, IRoleProvider
{
    /// <summary>The user's name.</summary>
    public const string Name = "admin";

    private readonly User _user;

    /// <summary>Hashes the password.</summary>
    public AdminUser(AdminPassword password, ISecretHasher hasher)
    {
        var hashed = hasher.HashSecret(password.Text);
        _user = new User { Id = Name, Name = Name, HashedPassword = hashed.EncodeSecret(), HashedPasswordSalt = hashed.EncodeSalt(), Roles = { Name } };
    }

    /// <inheritdoc/>
    public Task<User?> FindAsync(UserFilter filter, CancellationToken cancellationToken = default) =>
        Task.FromResult(filter.Apply(new[] { _user }.AsQueryable()).FirstOrDefault());

    /// <inheritdoc/>
    public ValueTask<IEnumerable<Role>> FindManyAsync(RoleFilter filter, CancellationToken cancellationToken = default) =>
        new(filter.Apply(new[] { new Role { Id = Name, Name = Name, Permissions = { "*" } } }.AsQueryable()).ToList());
}
